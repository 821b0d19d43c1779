//! What does not fit: into the record, into the partition key, into the buffer.

use std::pin::pin;

use futures_util::FutureExt;
use kinetrace::history::PutOutcome;
use kinetrace::{Carrier, Format, Injection, Record};
use kinetrace_producer::DeliveryError;

use crate::faults::Step;
use crate::world::{World, enqueue};

#[tokio::test]
async fn a_record_with_no_room_for_the_context_goes_without_it_and_the_ack_says_so() {
    for carrier in [Carrier::Envelope, Carrier::PartitionKey] {
        let world = World::start(1, []).await;
        let publisher = world.publisher().carrier(carrier).max_record_bytes(50).build();
        let fits = Record::new("a", vec![b'7'; 49]);
        let ack = publisher.send(fits.clone()).await.unwrap();
        assert_eq!((ack.injection, &ack.context), (Some(Injection::TooLarge), &None), "{carrier}");
        let stream = world.stream().await;
        assert_eq!((stream[0].partition_key.as_str(), &*stream[0].data), ("a", &*fits.data));
        assert_eq!(stream[0].extraction().format, Format::None);
    }
}

#[tokio::test]
async fn the_partition_key_counts_towards_the_record_limit() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().max_record_bytes(50).build();
    let record = Record::new("aa", vec![b'7'; 49]);
    let error = publisher.enqueue(record.clone()).await.unwrap_err();
    assert!(matches!(error.reason, DeliveryError::TooLarge { size: 51, limit: 50 }), "{error}");
    assert!(error.to_string().contains("max_record_bytes"), "{error}");
    assert_eq!((error.record, error.order, error.outcome), (Some(record), None, PutOutcome::Failed));
}

#[tokio::test]
async fn a_refused_record_leaves_no_gap_in_its_key() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().max_record_bytes(1000).build();
    publisher.send(Record::new("a", "0")).await.unwrap();
    publisher.send(Record::new("a", vec![0; 2000])).await.unwrap_err();
    publisher.send(Record::new("a", "1")).await.unwrap();
    assert_eq!(world.labels().await, ["a0", "a1"]);
}

#[tokio::test]
async fn a_partition_key_has_1_to_256_characters() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().build();
    for (key, characters) in [(String::new(), 0), ("ä".repeat(257), 257)] {
        let error = publisher.enqueue(Record::new(key, "payload")).await.unwrap_err();
        assert!(matches!(error.reason, DeliveryError::PartitionKey(count) if count == characters), "{error}");
    }
    // Of 256 letters that take two bytes each, the emulator makes 512 characters, so these take one.
    for key in ["a".to_owned(), "a".repeat(256)] {
        publisher.send(Record::new(key, "payload")).await.unwrap();
    }
}

/// What `a0` takes there: a key and data of three bytes, and what the publisher keeps in addition.
const BUFFERED: usize = 3 + 2048;

#[tokio::test]
async fn enqueue_waits_while_the_buffer_is_full() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().buffer_bytes(2 * BUFFERED).build();
    let first = enqueue(&publisher, &["a0", "b0"]).await;
    world.faults.held().await;
    let mut third = pin!(publisher.enqueue(Record::new("c", "c0")));
    assert!(third.as_mut().now_or_never().is_none(), "three records are in a buffer for two");
    world.faults.release().await;
    for delivery in first {
        delivery.await.unwrap();
    }
    third.await.unwrap().await.unwrap();
}

#[tokio::test]
async fn enqueue_waits_while_there_are_as_many_records_as_may_be() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().buffer_records(2).build();
    let first = enqueue(&publisher, &["a0", "b0"]).await;
    world.faults.held().await;
    let mut third = pin!(publisher.enqueue(Record::new("c", "c0")));
    assert!(third.as_mut().now_or_never().is_none(), "three records are in a buffer of two");
    world.faults.release().await;
    for delivery in first {
        delivery.await.unwrap();
    }
    third.await.unwrap().await.unwrap();
}

#[tokio::test]
async fn a_record_larger_than_the_whole_buffer_goes_when_it_is_empty() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().buffer_bytes(1).build();
    for _ in 0..2 {
        publisher.send(Record::new("a", "larger than one byte")).await.unwrap();
    }
}

#[tokio::test]
async fn an_enqueue_that_is_dropped_while_it_waits_leaves_no_gap() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().buffer_bytes(BUFFERED).build();
    let first = enqueue(&publisher, &["a0"]).await;
    world.faults.held().await;
    assert!(publisher.enqueue(Record::new("a", "never")).now_or_never().is_none());
    world.faults.release().await;
    for delivery in first {
        delivery.await.unwrap();
    }
    publisher.send(Record::new("a", "a1")).await.unwrap();
    assert_eq!(world.labels().await, ["a0", "a1"]);
}
