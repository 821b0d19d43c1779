//! Order, failures, and what is committed.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kinetrace_consumer::Failure;
use tokio::sync::Notify;

use crate::world::{Seen, World, wait_for};

const LONG: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn the_records_of_each_partition_are_handed_over_in_order_and_committed_at_the_end() {
    let world = World::new(3).await;
    for partition in 0..3 {
        world.send(partition, 0..40).await;
    }
    let (seen, mut told) = Seen::new();
    let member = world.join({
        let seen = seen.clone();
        move |payload| {
            seen.note(payload);
            async { Ok(()) }
        }
    });
    wait_for(&mut told, 120).await;
    member.stop().await;

    for partition in 0..3 {
        let expected: Vec<_> = (0..40).map(|number| format!("{partition}:{number}")).collect();
        assert_eq!(seen.of(partition), expected);
        assert_eq!(world.committed(partition), Some(40));
    }
    let spans = world.recorder.spans();
    let sent: std::collections::HashSet<_> =
        spans.iter().filter(|span| span.name == "send flights").map(|span| span.span_context.span_id()).collect();
    let processed: Vec<_> = spans.iter().filter(|span| span.name == "process flights").collect();
    assert_eq!(processed.len(), 120);
    assert!(processed.iter().all(|span| sent.contains(&span.parent_span_id)), "each continues its producer's trace");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_fails_comes_again_before_the_next_of_its_partition_and_other_partitions_go_on() {
    let world = World::new(2).await;
    world.send(0, 0..4).await;
    world.send(1, 0..4).await;
    let (seen, mut told) = Seen::new();
    let attempts = Arc::new(AtomicUsize::new(0));
    let member = world.join({
        let seen = seen.clone();
        move |payload| {
            // The third attempt succeeds, and only once the other partition is done.
            let others_are_done = seen.of(1).len() == 4;
            let fails = payload == "0:1" && (attempts.fetch_add(1, Ordering::SeqCst) < 2 || !others_are_done);
            seen.note(payload);
            async move { if fails { Err(Failure::retry("not yet")) } else { Ok(()) } }
        }
    });
    while seen.of(0).last().is_none_or(|last| last != "0:3") || seen.of(1).len() < 4 {
        wait_for(&mut told, 1).await;
    }
    member.stop().await;

    let mut given = seen.of(0);
    assert!(given.iter().filter(|it| *it == "0:1").count() >= 3, "{given:?}");
    given.dedup();
    assert_eq!(given, ["0:0", "0:1", "0:2", "0:3"]);
    assert_eq!(seen.of(1), ["1:0", "1:1", "1:2", "1:3"]);
    assert_eq!((world.committed(0), world.committed(1)), (Some(4), Some(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_stops_at_a_record_that_fails_begins_with_it_again() {
    let world = World::new(1).await;
    world.send(0, 0..5).await;
    let (seen, mut told) = Seen::new();
    let member = world.join({
        let seen = seen.clone();
        move |payload| {
            let fails = payload == "0:2";
            seen.note(payload);
            async move { if fails { Err(Failure::retry("no")) } else { Ok(()) } }
        }
    });
    wait_for(&mut told, 4).await;
    member.stop().await;
    assert_eq!(world.committed(0), Some(2), "the lowest record that is not done");

    let (seen, mut told) = Seen::new();
    let member = world.join({
        let seen = seen.clone();
        move |payload| {
            seen.note(payload);
            async { Ok(()) }
        }
    });
    wait_for(&mut told, 3).await;
    member.stop().await;
    assert_eq!(seen.of(0), ["0:2", "0:3", "0:4"]);
    assert_eq!(world.committed(0), Some(5));
}

/// A handler that notes each record, and says so of all of them.
fn noting(
    seen: &Seen,
    outcome: Result<(), &'static str>,
) -> impl Fn(String) -> Ready<Result<(), Failure>> + Clone + Send + Sync + 'static {
    let seen = seen.clone();
    move |payload| {
        seen.note(payload);
        ready(outcome.map_err(Failure::retry))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_record_of_a_group_that_begins_at_the_end_comes_again_until_it_is_done() {
    let (world, latest) = (World::new(1).await, [("auto.offset.reset", "latest")]);
    let (seen, _told) = Seen::new();
    let member = world.join_with(LONG, &latest, noting(&seen, Err("no")));
    // It begins with one that is sent after it has joined.
    let mut sent = 0;
    while seen.of(0).is_empty() {
        world.send(0, sent..sent + 1).await;
        sent += 1;
    }
    member.stop().await;
    let first = seen.of(0).swap_remove(0);
    let committed = world.committed(0).map(|offset| format!("0:{offset}"));
    assert_eq!(committed.as_ref(), Some(&first), "it was read, and is not done");

    let (seen, mut told) = Seen::new();
    let member = world.join_with(LONG, &latest, noting(&seen, Ok(())));
    wait_for(&mut told, 1).await;
    member.stop().await;
    assert_eq!(seen.of(0).first(), Some(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_is_committed_while_the_run_goes_on_even_if_commits_are_off() {
    let world = World::new(1).await;
    world.send(0, 0..2).await;
    let (seen, mut told) = Seen::new();
    let settings = [("enable.auto.commit", "false"), ("auto.commit.interval.ms", "10")];
    let member = world.join_with(LONG, &settings, noting(&seen, Ok(())));
    wait_for(&mut told, 2).await;
    tokio::time::timeout(LONG, async {
        while world.committed(0) != Some(2) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("committed before it stops");
    member.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_records_than_are_read_ahead_are_all_handed_over_in_order() {
    const RECORDS: u16 = 1300;
    let world = World::new(1).await;
    world.send(0, 0..i64::from(RECORDS)).await;
    let (seen, mut told) = Seen::new();
    let gate = Arc::new(Notify::new());
    let member = world.join({
        let (seen, gate) = (seen.clone(), Arc::clone(&gate));
        move |payload| {
            let (seen, gate) = (seen.clone(), Arc::clone(&gate));
            async move {
                let is_first = payload == "0:0";
                seen.note(payload);
                // Until then, the partition is read ahead, and paused.
                if is_first {
                    gate.notified().await;
                }
                Ok(())
            }
        }
    });
    wait_for(&mut told, 1).await;
    gate.notify_one();
    wait_for(&mut told, usize::from(RECORDS) - 1).await;
    member.stop().await;
    let expected: Vec<_> = (0..RECORDS).map(|number| format!("0:{number}")).collect();
    assert_eq!(seen.of(0), expected);
    assert_eq!(world.committed(0), Some(i64::from(RECORDS)));
}
