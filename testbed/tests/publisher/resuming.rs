//! A halted key goes on: when its callers know the fate of all that came back, or when a caller resumes it.

use std::time::Duration;

use kinetrace::history::PutOutcome;
use kinetrace::{HashKey, Propagators, Record, Telemetry};
use kinetrace_producer::{DeliveryError, FailurePolicy, Publisher};
use kinetrace_testbed::collector::Collector;

use crate::faults::{PATIENCE, Step, THROTTLED};
use crate::world::{World, acks, enqueue};

const INVALID: Step = Step::Refuse(400, "ValidationException");

/// Of each label, the record's error; all of them come back.
fn permanent(error: &kinetrace_producer::SendError) -> bool {
    matches!(error.reason, DeliveryError::Put { .. }) && error.permanent
}

#[tokio::test]
async fn a_key_goes_on_when_every_delivery_that_came_back_has_been_told_and_not_before() {
    let world = World::start(1, [Step::Hold, INVALID]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let held = enqueue(&publisher, &["b0"]).await;
    world.faults.held().await;
    let [first, second, third] = <[_; 3]>::try_from(enqueue(&publisher, &["a0", "a1", "a2"]).await).unwrap();
    world.faults.release().await;
    acks(held).await;
    let error = first.await.unwrap_err();
    assert!(permanent(&error), "{error}");
    assert_halted(&publisher, "a", "two deliveries have not been told").await;
    let behind = second.await.unwrap_err();
    assert!(matches!(behind.reason, DeliveryError::Halted(_)) && !behind.permanent, "{behind}");
    assert_halted(&publisher, "a", "one delivery has not been told").await;
    acks(enqueue(&publisher, &["b1"]).await).await;
    // Nobody wants to know.
    drop(third);
    let acks = acks(enqueue(&publisher, &["a3", "a4"]).await).await;
    assert_eq!(acks.iter().map(|ack| ack.order.sequence).collect::<Vec<_>>(), [0, 1]);
    assert_ne!(acks[0].order.producer, error.order.unwrap().producer, "the count goes on where records are missing");
    assert_eq!(world.labels().await, ["b0", "b1", "a0", "a1"]);
}

#[tokio::test]
async fn a_delivery_that_was_dropped_before_counts_as_told() {
    let world = World::start(1, [Step::Hold, INVALID]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let held = enqueue(&publisher, &["b0"]).await;
    world.faults.held().await;
    drop(enqueue(&publisher, &["a0", "a1"]).await);
    world.faults.release().await;
    acks(held).await;
    acks(enqueue(&publisher, &["b1"]).await).await;
    acks(enqueue(&publisher, &["a2"]).await).await;
    assert_eq!(world.labels().await, ["b0", "b1", "a0"]);
}

/// So a caller that hands in one record after the other without a look at their fate is told there.
#[tokio::test]
async fn what_is_handed_in_for_a_halted_key_comes_back_at_once() {
    let world = World::start(1, [INVALID, INVALID]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let [first, other] = <[_; 2]>::try_from(enqueue(&publisher, &["a0", "b0"]).await).unwrap();
    acks(vec![other]).await;
    let refused = publisher.enqueue(Record::new("a", "again")).await.unwrap_err();
    assert!(
        matches!(&refused.reason, DeliveryError::Halted(cause) if cause.contains("ValidationException")),
        "{refused}"
    );
    assert_eq!((refused.outcome, refused.record), (PutOutcome::Failed, Some(Record::new("a", "again"))));
    first.await.unwrap_err();
    acks(enqueue(&publisher, &["a1"]).await).await;
}

#[tokio::test]
async fn a_key_that_waits_for_resume_goes_on_with_it_and_only_with_it() {
    let world = World::start(1, [INVALID]).await;
    let collector = Collector::start().await.unwrap();
    let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer").unwrap();
    let publisher = world.publisher().failure_policy(FailurePolicy::Halt).telemetry(&telemetry).build();
    let error = publisher.send(Record::new("a", "0")).await.unwrap_err();
    for _ in 0..3 {
        assert_halted(&publisher, "a", "everything has been told").await;
    }
    assert!(!publisher.resume("b"), "it is not halted");
    assert!(publisher.resume("a"));
    assert!(!publisher.resume("a"), "it is not halted any more");
    let ack = publisher.send(Record::new("a", "0")).await.unwrap();
    assert_eq!(ack.order.sequence, 0);
    assert_ne!(ack.order.producer, error.order.unwrap().producer);
    assert!(!publisher.resume("a"), "it has never been halted since");
    let next = publisher.send(Record::new("a", "1")).await.unwrap();
    assert_eq!(
        (next.order.producer, next.order.sequence),
        (ack.order.producer, 1),
        "a resume too many broke the count"
    );
    telemetry.flush(PATIENCE).await;
    for metric in ["halted", "resumed"] {
        assert_eq!(collector.total(&format!("kinetrace.publisher.{metric}.keys"), &[]), 1.0, "{metric}");
    }
}

/// A delivery of the first halt that is told late must not end the second one.
#[tokio::test]
async fn a_key_that_is_halted_again_after_it_was_resumed_waits_for_its_own_deliveries() {
    // Twice a request of two records, and then the first of them alone.
    let world = World::start(1, [INVALID, INVALID, Step::Pass, INVALID, INVALID]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let [early, other] = <[_; 2]>::try_from(enqueue(&publisher, &["a0", "b0"]).await).unwrap();
    acks(vec![other]).await;
    assert!(publisher.resume("a"));
    let [late, other] = <[_; 2]>::try_from(enqueue(&publisher, &["a1", "b1"]).await).unwrap();
    acks(vec![other]).await;
    early.await.unwrap_err();
    assert_halted(&publisher, "a", "the second halt's delivery has not been told").await;
    late.await.unwrap_err();
    acks(enqueue(&publisher, &["a2"]).await).await;
}

#[tokio::test]
async fn while_too_many_keys_are_halted_no_other_begins() {
    let world = World::start_then(2, [], Step::FailEntry("elsewhere", THROTTLED)).await;
    let publisher = world.publisher().max_in_flight(1).max_halted_keys(2).delivery_timeout(Duration::ZERO).build();
    let mut untold = Vec::new();
    for key in ["a", "b"] {
        let mut stuck = Record::new(key, "stuck");
        stuck.explicit_hash_key = Some(HashKey::of("elsewhere"));
        untold.push(publisher.enqueue(stuck).await.unwrap());
        // Its request has been answered when this one has.
        publisher.enqueue(Record::new("other", "0")).await.unwrap().await.unwrap();
    }
    let error = publisher.send(Record::new("c", "0")).await.unwrap_err();
    assert!(matches!(error.reason, DeliveryError::TooManyHalted(2)), "{error}");
    assert_eq!((error.outcome, error.permanent), (PutOutcome::Failed, false));
    for key in ["a", "b"] {
        assert_halted(&publisher, key, "none is forgotten").await;
    }
    drop(untold);
    for key in ["a", "b", "c"] {
        publisher.send(Record::new(key, "0")).await.unwrap();
    }
}

#[tokio::test]
async fn a_delivery_outlives_its_publisher() {
    let world = World::start(1, [INVALID]).await;
    let publisher = world.publisher().telemetry(&Telemetry::new(None, Propagators::default())).build();
    let deliveries = enqueue(&publisher, &["a0", "a1"]).await;
    publisher.close().await;
    for delivery in deliveries {
        delivery.await.unwrap_err();
    }
}

async fn assert_halted(publisher: &Publisher, key: &str, why: &str) {
    match publisher.enqueue(Record::new(key, "too early")).await {
        Ok(_) => panic!("{key} went on although {why}"),
        Err(error) => assert!(matches!(error.reason, DeliveryError::Halted(_)), "{error}"),
    }
}
