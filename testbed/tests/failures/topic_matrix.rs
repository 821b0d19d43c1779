//! Every kind of failure with every kind of mapping of a topic.

use kinetrace_testbed::event_source_mapping::kafka::Reading::{Items, ItemsLater, Rewind};

use crate::cell::Cell;
use crate::failure::Kind;
use crate::mapping::{Mapping, Retried, Source};
use crate::row::Row;
use crate::table::{CORES, rows};

/// Batch size, how batches are retried, records at once in an invocation, records.
const MAPPINGS: [(usize, Retried, usize, usize); 10] = [
    (1, Retried::OnDemand, 1, 200),
    (1, Retried::Items(Items), 4, 200),
    (10, Retried::Halves, 4, 400),
    (10, Retried::Items(Rewind), 1, 400),
    (100, Retried::OnDemand, 4, 600),
    (100, Retried::Items(Rewind), 4, 600),
    (100, Retried::Items(Items), 1, 600),
    (10_000, Retried::Halves, 1, 1_000),
    (10_000, Retried::Items(Rewind), 1, 1_000),
    (10_000, Retried::Items(Items), 4, 1_000),
];

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_one_record_in_a_hundred_ends_in_an_error() {
    run(Kind::Error, false, 2100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_one_record_in_a_hundred_panics() {
    run(Kind::Panic, false, 2200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_handlers_hang_and_are_cut_off() {
    run(Kind::Hang, false, 2300).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_handlers_block_their_thread_until_lambda_ends_the_process() {
    run(Kind::Block, false, 2400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_environments_are_killed_in_the_middle_of_an_invocation() {
    run(Kind::Kill, false, 2500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_batches_fail_at_one_record_in_a_hundred() {
    run(Kind::Error, true, 2600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_batches_fail_without_a_word_of_how_far_they_got() {
    run(Kind::Whole, true, 2700).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_batches_panic() {
    run(Kind::Panic, true, 2800).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_batches_hang_and_are_cut_off() {
    run(Kind::Hang, true, 2900).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_one_record_in_twenty_is_skipped_and_nothing_comes_again() {
    run(Kind::Skip, false, 3000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_what_is_skipped_is_kept_before_and_nothing_comes_again() {
    run(Kind::Keep, false, 3100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_topic_what_the_dead_letter_queue_refuses_comes_again_and_is_skipped_then() {
    run(Kind::Refuse, false, 3200).await;
}

/// What no answer that names items can keep: Lambda may mean that newer records of a partition go first.
#[tokio::test(flavor = "multi_thread")]
async fn where_newer_records_may_overtake_items_only_a_failed_invocation_keeps_order() {
    let _cores = CORES.lock().await;
    let (mut table, mut faults, mut overtaken) = (vec![Row::heading()], Vec::new(), 0);
    for seed in 3300..3305 {
        for retried in [Retried::Items(ItemsLater), Retried::Whole(ItemsLater)] {
            let mapping = Mapping { batch_size: 10, source: Source::Topic(retried), at_once: 1, records: 400 };
            let row = Cell { kind: Kind::Error, by_batch: false, mapping, seed }.run().await;
            table.push(row.to_string());
            match retried {
                Retried::Items(_) => overtaken += row.inversions,
                _ => faults.extend(row.faults.iter().map(|fault| format!("{}: {fault}", row.cell))),
            }
            assert_eq!((row.lost, row.overlaps, row.traced), (0, 0, mapping.records), "{row}");
        }
    }
    println!("\n{}\n", table.join("\n"));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(overtaken > 0, "nothing was overtaken, so it shows nothing");
}

async fn run(kind: Kind, by_batch: bool, first_seed: u64) {
    let cells = MAPPINGS.into_iter().zip(first_seed..).map(|((batch_size, retried, at_once, records), seed)| {
        // What is left of the time after a handler was cut off has to be enough for the spans of its batch.
        let records = if kind == Kind::Hang { records.min(400) } else { records };
        let mapping = Mapping { batch_size, source: Source::Topic(retried), at_once, records };
        Cell { kind, by_batch, mapping, seed }
    });
    // Partitions are told apart only in a batch of several.
    let mixed = rows(kind, cells).await.iter().filter(|row| row.of_several > 0).count();
    assert!(mixed > MAPPINGS.len() / 2, "only {mixed} mappings had a batch of several partitions");
}
