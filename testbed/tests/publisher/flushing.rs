//! A flush waits for what was handed in before it, and leaves the publisher open.

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::timeout;

use crate::faults::{PATIENCE, Step, THROTTLED};
use crate::world::{World, acks, enqueue};

#[tokio::test]
async fn a_flush_waits_for_every_answer_and_the_publisher_goes_on() {
    let world = World::start(1, [Step::Hold, Step::Refuse(400, THROTTLED), Step::CommitThenBreak]).await;
    let publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1", "a2"]).await;
    world.faults.held().await;
    let mut flushed = pin!(publisher.flush(PATIENCE));
    assert!(flushed.as_mut().now_or_never().is_none(), "it did not wait for the request that is held");
    world.faults.release().await;
    flushed.await.unwrap();
    for delivery in deliveries {
        delivery.now_or_never().expect("flushed, and no answer").unwrap();
    }
    acks(enqueue(&publisher, &["a3"]).await).await;
    assert_eq!(world.labels().await, ["a0", "a1", "a1", "a2", "a3"]);
}

#[tokio::test]
async fn a_flush_does_not_wait_for_what_is_handed_in_later() {
    let world = World::start(1, [Step::Hold, Step::Hold]).await;
    let publisher = world.publisher().build();
    let earlier = enqueue(&publisher, &["a0"]).await;
    world.faults.held().await;
    let mut flushed = pin!(publisher.flush(PATIENCE));
    assert!(flushed.as_mut().now_or_never().is_none());
    let later = enqueue(&publisher, &["b0"]).await;
    world.faults.held().await;
    world.faults.release().await;
    flushed.await.unwrap();
    acks(earlier).await;
    let later = later.into_iter().next().unwrap();
    let mut later = pin!(later);
    assert!(later.as_mut().now_or_never().is_none(), "the flush has waited for it");
    world.faults.release().await;
    later.await.unwrap();
}

#[tokio::test]
async fn a_flush_ends_where_records_come_back() {
    let world = World::start_then(1, [], Step::Refuse(400, "ValidationException")).await;
    let publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1", "b0"]).await;
    timeout(PATIENCE, publisher.flush(PATIENCE)).await.unwrap().unwrap();
    for delivery in deliveries {
        delivery.now_or_never().expect("flushed, and no answer").unwrap_err();
    }
}

#[tokio::test]
async fn a_flush_whose_time_is_up_says_how_many_records_have_no_answer_and_stops_none() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1"]).await;
    world.faults.held().await;
    let error = publisher.flush(Duration::ZERO).await.unwrap_err();
    assert_eq!((error.in_flight, error.timeout), (2, Duration::ZERO));
    assert!(error.to_string().contains("2 records"), "{error}");
    world.faults.release().await;
    acks(deliveries).await;
    publisher.flush(Duration::ZERO).await.unwrap();
}
