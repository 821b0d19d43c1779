//! Whatever was handed over is sent, however the publisher ends.

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use kinetrace::Record;
use kinetrace::history::PutOutcome;
use kinetrace_producer::DeliveryError;
use tokio::time::timeout;

use crate::faults::{PATIENCE, Step, THROTTLED};
use crate::world::{World, acks, enqueue};

#[tokio::test]
async fn closing_waits_for_everything() {
    let world = World::start(1, [Step::Hold, Step::Refuse(400, THROTTLED), Step::CommitThenBreak]).await;
    let publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1", "a2"]).await;
    world.faults.held().await;
    let mut closed = pin!(publisher.close());
    assert!(closed.as_mut().now_or_never().is_none(), "it did not wait for the request that is held");
    world.faults.release().await;
    closed.await;
    for delivery in deliveries {
        delivery.now_or_never().unwrap().unwrap();
    }
    assert_eq!(world.labels().await, ["a0", "a1", "a1", "a2"]);
}

#[tokio::test]
async fn closing_an_idle_publisher_returns() {
    let world = World::start(1, []).await;
    world.publisher().build().close().await;
    let publisher = world.publisher().build();
    acks(enqueue(&publisher, &["a0"]).await).await;
    publisher.close().await;
}

#[tokio::test]
async fn closing_returns_although_a_key_was_halted() {
    let world = World::start_then(1, [], Step::Refuse(400, "ValidationException")).await;
    let publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1"]).await;
    publisher.close().await;
    for delivery in deliveries {
        delivery.now_or_never().unwrap().unwrap_err();
    }
}

#[tokio::test]
async fn closing_within_a_limit_leaves_nothing_running_and_hands_back_what_is_left() {
    let world = World::start(1, [Step::Hold]).await;
    // Nobody would wait for that.
    let publisher = world.publisher().attempt_timeout(Duration::from_secs(24 * 60 * 60)).build();
    let deliveries = enqueue(&publisher, &["a0", "a1"]).await;
    world.faults.held().await;
    assert!(!timeout(PATIENCE, publisher.close_within(Duration::ZERO)).await.unwrap());
    let expected = [("a0", PutOutcome::Unknown), ("a1", PutOutcome::Failed)];
    for (sequence, (delivery, (label, outcome))) in (0..).zip(deliveries.into_iter().zip(expected)) {
        let error = delivery.now_or_never().unwrap().unwrap_err();
        assert!(matches!(error.reason, DeliveryError::Closed), "{error}");
        assert_eq!((error.order.unwrap().sequence, error.outcome), (sequence, outcome));
        assert_eq!(error.record, Some(Record::new("a", label)));
    }
    world.faults.release().await;
    assert_eq!(world.labels().await, ["a0"], "what waited was sent although the publisher had ended");
}

#[tokio::test]
async fn dropping_the_publisher_sends_what_was_handed_over() {
    let world = World::start(1, [Step::Refuse(400, THROTTLED)]).await;
    let publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1", "a2"]).await;
    drop(publisher);
    acks(deliveries).await;
    assert_eq!(world.labels().await, ["a0", "a1", "a2"]);
}

#[tokio::test]
async fn dropping_a_delivery_does_not_stop_its_record() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().build();
    drop(enqueue(&publisher, &["a0", "a1"]).await);
    publisher.close().await;
    assert_eq!(world.labels().await, ["a0", "a1"]);
}
