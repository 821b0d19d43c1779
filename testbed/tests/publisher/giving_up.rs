//! A record that is given up takes the records after it along, and no others.

use std::time::Duration;

use kinetrace::history::PutOutcome;
use kinetrace::{Carrier, HashKey, Record};
use kinetrace_producer::{DeliveryError, FailurePolicy, SendError};

use crate::faults::{Step, THROTTLED};
use crate::world::{World, acks, enqueue};

#[tokio::test]
async fn giving_up_halts_the_key_and_hands_its_records_back_as_they_were() {
    for carrier in [Some(Carrier::Envelope), Some(Carrier::PartitionKey), None] {
        let world = World::start_then(2, [], Step::FailEntry("elsewhere", THROTTLED)).await;
        let publisher = world.publisher().carrier(carrier).failure_policy(FailurePolicy::Halt);
        let publisher = publisher.delivery_timeout(Duration::from_millis(500)).build();
        let records = stuck_key();
        let mut deliveries = Vec::new();
        for record in &records {
            deliveries.push(publisher.enqueue(record.clone()).await.unwrap());
        }
        publisher.send(Record::new("b", "goes on")).await.unwrap();
        let mut errors: Vec<Box<SendError>> = Vec::new();
        for delivery in deliveries {
            errors.push(delivery.await.unwrap_err());
        }
        errors.push(publisher.send(records[2].clone()).await.unwrap_err());
        assert!(matches!(&errors[0].reason, DeliveryError::Put { attempts: 2.., cause } if cause.contains(THROTTLED)));
        for later in &errors[1..] {
            assert!(matches!(&later.reason, DeliveryError::Halted(cause) if cause.contains(THROTTLED)), "{later:?}");
        }
        for (error, record) in errors.iter().zip(records.iter().chain(&records[2..])) {
            assert_eq!((error.record.as_ref(), error.outcome), (Some(record), PutOutcome::Failed), "{carrier:?}");
        }
        publisher.send(Record::new("b", "still goes on")).await.unwrap();
        publisher.close().await;
        assert_eq!(world.stream().await.len(), 2, "something of the halted key arrived after all");
    }
}

#[tokio::test]
async fn a_key_goes_on_without_the_record_that_is_given_up_if_the_caller_chose_so() {
    let world = World::start_then(2, [], Step::FailEntry("elsewhere", THROTTLED)).await;
    let publisher =
        world.publisher().failure_policy(FailurePolicy::Skip).delivery_timeout(Duration::from_millis(500)).build();
    let mut deliveries = Vec::new();
    for record in stuck_key() {
        deliveries.push(publisher.enqueue(record).await.unwrap());
    }
    let mut acknowledged = Vec::new();
    for (index, delivery) in deliveries.into_iter().enumerate() {
        match delivery.await {
            Ok(ack) => acknowledged.push(ack.order.sequence),
            Err(error) => {
                assert_eq!((index, error.record.as_ref()), (0, Some(&stuck_key()[0])));
                assert!(matches!(error.reason, DeliveryError::Put { .. }), "{error}");
            }
        }
    }
    let stored: Vec<_> = world.stream().await.iter().map(|record| record.order().sequence).collect();
    assert_eq!((acknowledged, stored), (vec![1, 2], vec![1, 2]), "the count must show the gap");
}

/// The first is refused for ever, by its place; those after it would not be.
fn stuck_key() -> [Record; 3] {
    let mut first = Record::new("a", " {\"n\" : 1.0}\n");
    first.explicit_hash_key = Some(HashKey::of("elsewhere"));
    [first, Record::new("a", b"\xff\x00not JSON".to_vec()), Record::new("a", "")]
}

#[tokio::test]
async fn a_new_publisher_begins_a_halted_key_anew() {
    let world = World::start(1, [Step::Refuse(400, THROTTLED)]).await;
    let halted = world.publisher().failure_policy(FailurePolicy::Halt).delivery_timeout(Duration::ZERO).build();
    halted.send(Record::new("a", "0")).await.unwrap_err();
    halted.send(Record::new("a", "1")).await.unwrap_err();
    let ack = world.publisher().build().send(Record::new("a", "2")).await.unwrap();
    assert_eq!(ack.order.sequence, 0);
}

#[tokio::test]
async fn a_missing_stream_is_named_by_the_error_when_time_is_up() {
    let world = World::start(1, []).await;
    let publisher = kinetrace_producer::Publisher::builder(world.client.clone(), "nowhere");
    let publisher = publisher.delivery_timeout(Duration::from_millis(200)).build();
    let error = publisher.send(Record::new("a", "0")).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("nowhere") && text.contains("ResourceNotFoundException"), "{text}");
    assert!(text.len() < 400, "an error that nobody will read: {text}");
    assert!(matches!(error.reason, DeliveryError::Put { attempts: 2.., .. }), "it may be about to be created");
    assert_eq!((error.outcome, error.permanent), (PutOutcome::Failed, false));
}

#[tokio::test]
async fn what_kinesis_would_never_take_is_not_tried_again() {
    for code in ["InvalidArgumentException", "ValidationException"] {
        let world = World::start_then(1, [], Step::Refuse(400, code)).await;
        let publisher = world.publisher().build();
        let error = publisher.send(Record::new("a", "0")).await.unwrap_err();
        assert!(matches!(&error.reason, DeliveryError::Put { attempts: 1, cause } if cause.contains(code)), "{error}");
        assert_eq!((error.outcome, error.permanent), (PutOutcome::Failed, true));
        assert_eq!(world.faults.watch.calls(), [["a0"]], "{code}");
    }
}

/// Each of these is also a matter of seconds on AWS: a policy or a key that was just changed, a stream that is being
/// created, credentials that are being renewed.
const SETTLE: [&str; 12] = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidSignatureException",
    "KMSAccessDeniedException",
    "KMSDisabledException",
    "KMSInvalidStateException",
    "KMSNotFoundException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
    "SomethingNewException",
];

#[tokio::test]
async fn a_refusal_that_may_settle_is_tried_again_and_stops_nothing() {
    for code in SETTLE {
        let world = World::start(1, [Step::Refuse(400, code), Step::Refuse(400, code)]).await;
        let publisher = world.publisher().max_in_flight(1).build();
        acks(enqueue(&publisher, &["a0", "b0", "a1"]).await).await;
        let calls = world.faults.watch.calls();
        assert_eq!(calls[..3], [["a0", "b0"], ["a0", "b0"], ["a0", "b0"]], "{code}");
    }
}

#[tokio::test]
async fn a_refusal_that_does_not_settle_in_time_costs_the_keys_that_had_something_to_send_and_only_then() {
    for code in SETTLE {
        let world = World::start(1, [Step::Refuse(400, code)]).await;
        let publisher = world.publisher().delivery_timeout(Duration::ZERO).build();
        let [first, other, behind] = <[_; 3]>::try_from(enqueue(&publisher, &["a0", "b0", "a1"]).await).unwrap();
        for delivery in [first, other] {
            let error = delivery.await.unwrap_err();
            assert!(
                matches!(&error.reason, DeliveryError::Put { attempts: 1, cause } if cause.contains(code)),
                "{error}"
            );
            assert_eq!((error.outcome, error.permanent), (PutOutcome::Failed, false), "{code}");
        }
        assert!(matches!(behind.await.unwrap_err().reason, DeliveryError::Halted(_)), "{code}");
        acks(enqueue(&publisher, &["c0", "b0", "a0", "a1"]).await).await;
        publisher.close().await;
        assert_eq!(world.labels().await, ["c0", "b0", "a0", "a1"], "{code}");
    }
}
