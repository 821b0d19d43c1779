//! Records of a key that wait for an earlier one go together, and each arrives as if it had gone by itself.

use kinetrace::{Carrier, Extraction, Reader, Record};
use kinetrace_producer::{Ack, Publisher};

use crate::faults::Step;
use crate::world::{Stored, World, acks};

const KEY: &str = "N14228";

/// Hands over records of one key, the first of which is held until the others wait after it.
async fn publish(world: &World, publisher: &Publisher, records: impl IntoIterator<Item = Record>) -> Vec<Ack> {
    let mut deliveries = Vec::new();
    for (index, record) in records.into_iter().enumerate() {
        deliveries.push(publisher.enqueue(record).await.unwrap());
        if index == 0 {
            world.faults.held().await;
        }
    }
    world.faults.release().await;
    acks(deliveries).await
}

fn record(number: usize) -> Record {
    Record::new(KEY, format!(r#"{{"leg": {number}}}"#))
}

fn user_records(stored: &Stored) -> Vec<Extraction> {
    Reader::default().read(stored.data.clone(), Some(&stored.partition_key))
}

#[tokio::test]
async fn a_pack_keeps_its_key_and_its_records_keep_order_payload_context_and_count() {
    for carrier in
        [None, Some(Carrier::Envelope), Some(Carrier::Member), Some(Carrier::Datadog), Some(Carrier::Aggregate)]
    {
        let world = World::start(8, [Step::Hold]).await;
        let publisher = world.publisher().carrier(carrier).aggregation(true).build();
        let acks = publish(&world, &publisher, (0..5).map(record)).await;
        let stream = world.stream().await;
        let [alone, pack] = stream.as_slice() else { panic!("{carrier:?}: {stream:?}") };
        assert!(alone.is_where(&acks[0]) && acks[0].sub_sequence_number.is_none(), "{carrier:?}");
        assert_eq!((pack.partition_key.as_str(), &pack.shard), (KEY, &alone.shard), "{carrier:?}");
        let inside = user_records(pack);
        assert_eq!(inside.len(), 4, "{carrier:?}");
        for (index, (ack, read)) in acks[1..].iter().zip(inside).enumerate() {
            assert!(pack.is_where(ack), "{carrier:?}");
            assert_eq!(ack.sub_sequence_number, Some(index as u64), "{carrier:?}");
            assert_eq!(read.payload, record(index + 1).data, "{carrier:?}");
            assert_eq!(read.user_record.unwrap().sub_sequence_number, index as u64, "{carrier:?}");
            let counts = matches!(carrier, Some(Carrier::Envelope | Carrier::Aggregate));
            assert_eq!(read.order, counts.then_some(ack.order), "{carrier:?}");
            let traceparent = ack.context.as_ref().map(|ids| format!("00-{}-{}-01", ids.trace_id, ids.span_id));
            assert_eq!(read.fields.get("traceparent"), traceparent.as_deref(), "{carrier:?}");
            assert_eq!(traceparent.is_some(), carrier.is_some(), "{carrier:?}");
        }
    }
}

#[tokio::test]
async fn without_it_each_record_goes_by_itself() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().build();
    let acks = publish(&world, &publisher, (0..5).map(record)).await;
    assert!(acks.iter().all(|ack| ack.sub_sequence_number.is_none()));
    assert_eq!(world.stream().await.len(), 5);
}

/// A late copy of a pack that nobody answered for is a copy of all of it, and `order` tells.
#[tokio::test]
async fn a_pack_that_may_have_arrived_goes_again_to_the_byte() {
    let world = World::start(1, [Step::Hold, Step::CommitThenBreak]).await;
    let publisher = world.publisher().aggregation(true).build();
    let acks = publish(&world, &publisher, (0..5).map(record)).await;
    let stream = world.stream().await;
    let [_, first, again] = stream.as_slice() else { panic!("{stream:?}") };
    assert_eq!(first.data, again.data);
    assert!(acks[1..].iter().all(|ack| again.is_where(ack)));
}

#[tokio::test]
async fn a_pack_stays_within_its_size_limit() {
    const LIMIT: usize = 10_000;
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().aggregation(true).max_aggregate_bytes(LIMIT).build();
    publish(&world, &publisher, (0..50).map(|_| Record::new(KEY, vec![b'x'; 1000]))).await;
    let stream = world.stream().await;
    let sizes: Vec<_> = stream.iter().map(|stored| stored.data.len() + KEY.len()).collect();
    assert!(sizes.iter().all(|size| *size <= LIMIT) && sizes[1] > LIMIT / 2, "{sizes:?}");
}

#[tokio::test]
async fn what_readers_could_not_take_apart_travels_by_itself() {
    let world = World::start(1, [Step::Hold]).await;
    let forwarded = kinetrace::__private::aggregation::pack(&record(2), [&record(3)]);
    let publisher = world.publisher().carrier(Carrier::Envelope).aggregation(true).build();
    let records = [record(0), record(1), forwarded.clone(), record(4), record(5)];
    publish(&world, &publisher, records).await;
    let stream = world.stream().await;
    let counts: Vec<_> = stream.iter().map(|stored| user_records(stored).len()).collect();
    assert_eq!(counts, [1, 1, 2, 2]);
    assert_eq!(stream[2].data, forwarded.data);
}

/// Each of its records has a key of its own, so they cannot share one.
#[tokio::test]
async fn the_partition_key_carrier_packs_nothing() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().carrier(Carrier::PartitionKey).aggregation(true).build();
    publish(&world, &publisher, (0..3).map(record)).await;
    assert_eq!(world.stream().await.len(), 3);
}
