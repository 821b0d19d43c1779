//! Every kind of failure with every kind of mapping.

use crate::cell::Cell;
use crate::failure::Kind;
use crate::mapping::{Mapping, Source};
use crate::table::rows;

/// Batch size, ParallelizationFactor, records at once in an invocation, records, whether they are packed.
const MAPPINGS: [(usize, usize, usize, usize, bool); 8] = [
    (1, 1, 1, 200, false),
    (1, 10, 1, 400, true),
    (10, 1, 4, 400, false),
    (10, 10, 1, 400, true),
    (100, 1, 1, 600, true),
    (100, 10, 4, 600, false),
    (10_000, 1, 4, 1_000, true),
    (10_000, 10, 4, 1_000, false),
];

#[tokio::test(flavor = "multi_thread")]
async fn one_record_in_a_hundred_ends_in_an_error() {
    run(Kind::Error, false, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_in_a_hundred_panics() {
    run(Kind::Panic, false, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_hang_and_are_cut_off() {
    run(Kind::Hang, false, 300).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_block_their_thread_until_lambda_ends_the_process() {
    run(Kind::Block, false, 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_are_killed_in_the_middle_of_an_invocation() {
    run(Kind::Kill, false, 500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_fail_at_one_record_in_a_hundred() {
    run(Kind::Error, true, 600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_fail_without_a_word_of_how_far_they_got() {
    run(Kind::Whole, true, 700).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_panic() {
    run(Kind::Panic, true, 800).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_hang_and_are_cut_off() {
    run(Kind::Hang, true, 900).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_batches_one_record_in_twenty_is_skipped() {
    run(Kind::Skip, true, 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_in_twenty_is_skipped_and_nothing_comes_again() {
    run(Kind::Skip, false, 1100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_skipped_is_kept_before_and_nothing_comes_again() {
    run(Kind::Keep, false, 1200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_dead_letter_queue_refuses_comes_again_and_is_skipped_then() {
    run(Kind::Refuse, false, 1300).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_batches_what_the_dead_letter_queue_refuses_comes_again_and_is_skipped_then() {
    run(Kind::Refuse, true, 1400).await;
}

async fn run(kind: Kind, by_batch: bool, first_seed: u64) {
    let cells = MAPPINGS.into_iter().zip(first_seed..).map(|(mapping, seed)| {
        let (batch_size, parallelization_factor, at_once, records, packed) = mapping;
        // A batch that is cut off ends record by record, which takes 0.2 ms each in a build for tests on a busy machine.
        let records = if by_batch && kind == Kind::Hang { records.min(400) } else { records };
        let source = Source::Stream { parallelization_factor, packed };
        Cell { kind, by_batch, mapping: Mapping { batch_size, source, at_once, records }, seed }
    });
    rows(kind, cells).await;
}
