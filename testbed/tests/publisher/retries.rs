//! What fails goes again in its place; what did not fail does not.

use std::time::Duration;

use kinetrace::Record;

use crate::faults::{INTERNAL, Step, THROTTLED};
use crate::world::{World, acks, enqueue, first_occurrences};

/// Long enough for most answers, and a late answer costs the tests no more than a further copy.
const ATTEMPT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_failed_entry_goes_again_in_its_place_and_the_others_are_not_sent_twice() {
    for code in [THROTTLED, INTERNAL] {
        let world = World::start(1, [Step::FailEntry("b", code), Step::FailEntry("b", code)]).await;
        let publisher = world.publisher().max_in_flight(1).build();
        let acks = acks(enqueue(&publisher, &["a0", "b0", "c0", "b1", "b2"]).await).await;
        let sent = world.faults.watch.times_sent();
        let sent: Vec<_> = sent.iter().map(|(record, times)| (record.as_str(), *times)).collect();
        assert_eq!(sent, [("a0", 1), ("b0", 3), ("b1", 1), ("b2", 1), ("c0", 1)], "{code}");
        assert_eq!(world.labels().await, ["a0", "c0", "b0", "b1", "b2"], "{code}");
        // The answer's entries belong to the request's by position, the failed one in the middle included.
        let stream = world.stream().await;
        for (ack, at) in acks.iter().zip([0, 2, 1, 3, 4]) {
            assert!(stream[at].is_where(ack), "{code}: {ack:?} is not {:?}", stream[at]);
        }
        assert_eq!(world.faults.watch.overlaps(), [""; 0]);
    }
}

#[tokio::test]
async fn a_refused_request_goes_again_until_it_is_taken() {
    let refusals = [
        (400, THROTTLED),
        (400, "KMSThrottlingException"),
        (400, "ThrottlingException"),
        (500, INTERNAL),
        (503, "ServiceUnavailable"),
        (429, "TooManyRequests"),
        (400, "ExpiredTokenException"),
        (400, "RequestExpired"),
        (400, "RequestTimeTooSkewed"),
    ];
    for (status, code) in refusals {
        let world = World::start(1, [Step::Refuse(status, code), Step::Refuse(status, code)]).await;
        let publisher = world.publisher().build();
        acks(enqueue(&publisher, &["a0", "a1"]).await).await;
        assert_eq!(world.faults.watch.calls(), [["a0"], ["a0"], ["a0"], ["a1"]], "{status} {code}");
        assert_eq!(world.labels().await, ["a0", "a1"], "{status} {code}");
    }
}

#[tokio::test]
async fn what_a_request_was_refused_for_comes_back_in_one_request() {
    let world = World::start(1, [Step::Hold, Step::Refuse(400, THROTTLED)]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let mut deliveries = enqueue(&publisher, &["a0"]).await;
    world.faults.held().await;
    for key in 0..200 {
        deliveries.push(publisher.enqueue(Record::new(format!("key-{key}"), "payload")).await.unwrap());
    }
    world.faults.release().await;
    acks(deliveries).await;
    let entries: Vec<_> = world.faults.watch.calls().iter().map(Vec::len).collect();
    assert_eq!(entries, [1, 200, 200]);
}

#[tokio::test]
async fn a_copy_made_by_an_answer_that_said_500_shows_in_the_order() {
    let world = World::start(1, [Step::CommitThenBreak]).await;
    let publisher = world.publisher().build();
    let acks = acks(enqueue(&publisher, &["a0", "a1"]).await).await;
    assert_eq!(world.labels().await, ["a0", "a0", "a1"]);
    let stream = world.stream().await;
    assert_eq!(stream[0].data, stream[1].data);
    assert!(stream[1].is_where(&acks[0]), "the ack names a copy that nobody acknowledged");
}

#[tokio::test]
async fn a_copy_made_by_an_answer_that_never_came_shows_in_the_order() {
    let world = World::start(1, [Step::CommitThenHang]).await;
    let publisher = world.publisher().attempt_timeout(ATTEMPT).build();
    acks(enqueue(&publisher, &["a0", "a1"]).await).await;
    let labels = world.labels().await;
    assert_eq!(labels[..2], ["a0", "a0"]);
    assert_eq!(first_occurrences(labels), ["a0", "a1"]);
}

#[tokio::test]
async fn a_request_that_lands_after_its_successor_shows_in_the_order() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().attempt_timeout(ATTEMPT).build();
    acks(enqueue(&publisher, &["a0", "a1"]).await).await;
    world.faults.release().await;
    let labels = world.labels().await;
    assert_eq!(labels.last().unwrap(), "a0");
    assert_eq!(first_occurrences(labels), ["a0", "a1"]);
}
