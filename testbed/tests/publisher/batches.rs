//! Records with a deadline in common: what is sent of them, and when, and what stays in order.

use std::time::Duration;

use kinetrace::Record;
use kinetrace::history::PutOutcome::{Failed, Unknown};
use kinetrace_producer::{AutoDistribution, DeliveryError};
use tokio::time::{Instant, sleep};

use crate::faults::{Step, THROTTLED};
use crate::in_process::{Network, Outage};
use crate::world::{World, acks};

const TIME: Duration = Duration::from_secs(3);

#[tokio::test(start_paused = true)]
async fn what_a_batch_has_not_published_in_its_time_is_never_sent_and_its_keys_go_on_in_their_series() {
    let network = Network::default();
    let world = World::start_in_process(1, |client, service| network.connect(client, service)).await;
    let publisher = world.publisher().auto_distribution(AutoDistribution::Allow).build();
    network.set(Some(Outage::NoAnswer));
    let (start, batch) = (Instant::now(), publisher.batch(TIME));
    let mut deliveries = Vec::new();
    for (key, payload) in [("a", "a0"), ("a", "a1"), ("b", "b0")] {
        deliveries.push(batch.enqueue(Record::new(key, payload)).await.unwrap());
    }
    let mut errors = Vec::new();
    for delivery in deliveries {
        errors.push(delivery.await.unwrap_err());
    }
    assert!(start.elapsed() < TIME + Duration::from_millis(10), "{:?}", start.elapsed());
    assert_eq!(errors.iter().map(|error| error.outcome).collect::<Vec<_>>(), [Unknown, Failed, Unknown], "{errors:?}");
    let refused = batch.enqueue(Record::new("c", "c0")).await.unwrap_err();
    assert!(matches!(refused.reason, DeliveryError::Expired | DeliveryError::NoRoom), "{refused}");
    network.set(None);
    sleep(Duration::from_secs(3600)).await;
    assert!(world.stream().await.is_empty(), "something of the batch was sent after its time");
    let ack = publisher.batch(TIME).send(Record::new("a", "a2")).await.unwrap();
    assert_eq!((ack.order.sequence, Some(ack.order.producer)), (2, errors[0].order.map(|order| order.producer)));
    publisher.close().await;
    assert_eq!(world.labels().await, ["a2"]);
}

#[tokio::test]
async fn records_of_a_key_are_in_order_across_batches_through_refusals() {
    let script = [Step::Refuse(400, THROTTLED), Step::Pass, Step::FailEntry("a", THROTTLED), Step::CommitThenBreak];
    let world = World::start(2, script).await;
    let publisher = world.publisher().build();
    let batches = [publisher.batch(TIME * 20), publisher.batch(TIME * 10)];
    let mut deliveries = Vec::new();
    for number in 0..8 {
        for key in ["a", "b"] {
            let record = Record::new(key, format!("{key}{number}"));
            let delivery = match batches.get(number % 3) {
                Some(batch) => batch.enqueue(record).await,
                None => publisher.enqueue(record).await,
            };
            deliveries.push(delivery.unwrap());
        }
    }
    acks(deliveries).await;
    publisher.close().await;
    let labels = crate::world::first_occurrences(world.labels().await);
    for key in ["a", "b"] {
        let of_key: Vec<_> = labels.iter().filter(|label| label.starts_with(key)).cloned().collect();
        assert_eq!(of_key, (0..8).map(|number| format!("{key}{number}")).collect::<Vec<_>>());
    }
}
