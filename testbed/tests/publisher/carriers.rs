//! No carrier moves a record or changes its bytes, and what the ack says of the context is true.

use kinetrace::history::TraceIds;
use kinetrace::{Carrier, Format, HashKey, Injection, Record};
use kinetrace_producer::Publisher;
use opentelemetry::propagation::Extractor;

use crate::world::{STREAM, Stored, World};

const PAYLOADS: [&[u8]; 5] = [b"{\"b\":1, \"a\":2.10}", b" null\n", b"plain", b"\x00\xff", b""];

/// Enough keys that a carrier which moved records would be caught on some shard.
const KEYS: [&str; 4] = ["N14228", "N24211", "N619AA", "N804JB"];

#[tokio::test]
async fn the_envelope_keeps_partition_key_place_and_payload() {
    let world = World::start(8, []).await;
    let publisher = world.publisher().build();
    for key in KEYS {
        for payload in PAYLOADS {
            let ack = publisher.send(Record::new(key, payload)).await.unwrap();
            assert_eq!(ack.injection, Some(Injection::Injected));
            let stored = find(&world, &ack).await;
            let extraction = stored.extraction();
            assert_eq!((stored.partition_key.as_str(), stored.shard.as_str()), (key, world.shard_at(HashKey::of(key))));
            assert_eq!((extraction.format, &*extraction.payload), (Format::Envelope, payload));
            assert_eq!(traceparent(&ack.context.unwrap()), extraction.fields.get("traceparent").unwrap());
        }
    }
}

#[tokio::test]
async fn the_partition_key_carrier_keeps_the_place_of_the_group_and_the_payload() {
    let world = World::start(8, []).await;
    let publisher = world.publisher().carrier(Carrier::PartitionKey).build();
    for key in KEYS {
        for payload in PAYLOADS {
            let ack = publisher.send(Record::new(key, payload)).await.unwrap();
            assert_eq!(ack.injection, Some(Injection::Injected));
            let stored = find(&world, &ack).await;
            assert_eq!(stored.partition_key, traceparent(&ack.context.unwrap()));
            assert_eq!(stored.shard, world.shard_at(HashKey::of(key)));
            assert_eq!((stored.extraction().format, &*stored.data), (Format::PartitionKey, payload));
        }
    }
}

#[tokio::test]
async fn without_a_carrier_the_bytes_go_as_they_are() {
    let world = World::start(8, []).await;
    let publisher = world.publisher().carrier(None).build();
    for payload in PAYLOADS {
        let ack = publisher.send(Record::new(KEYS[0], payload)).await.unwrap();
        assert_eq!((ack.injection, &ack.context), (None, &None));
        let stored = find(&world, &ack).await;
        assert_eq!((stored.partition_key.as_str(), &*stored.data), (KEYS[0], payload));
        assert_eq!(stored.shard, world.shard_at(HashKey::of(KEYS[0])));
    }
}

#[tokio::test]
async fn a_callers_own_hash_key_wins_whatever_the_carrier() {
    let world = World::start(2, []).await;
    let (here, there) = (HashKey::of("N14228"), other_shard(&world, "N14228"));
    for carrier in [Some(Carrier::Envelope), Some(Carrier::PartitionKey), None] {
        let publisher = world.publisher().carrier(carrier).build();
        let mut record = Record::new("N14228", "payload");
        record.explicit_hash_key = Some(there);
        let ack = publisher.send(record).await.unwrap();
        assert_eq!(ack.shard_id, world.shard_at(there), "{carrier:?}");
        assert_ne!(ack.shard_id, world.shard_at(here), "{carrier:?}");
    }
}

#[tokio::test]
async fn without_a_span_the_order_travels_alone() {
    let world = World::start(1, []).await;
    let publisher = Publisher::builder(world.client.clone(), STREAM).build();
    let ack = publisher.send(Record::new("a", "payload")).await.unwrap();
    assert_eq!((ack.injection, &ack.context), (Some(Injection::NoContext), &None));
    let stored = find(&world, &ack).await;
    assert_eq!((stored.order(), &*stored.extraction().payload), (ack.order, &b"payload"[..]));
}

#[tokio::test]
async fn what_carries_a_context_already_is_forwarded_as_it_is() {
    let envelope = r#"{"_otel":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},"data":1}"#;
    let world = World::start(1, []).await;
    let ack = world.publisher().build().send(Record::new("a", envelope)).await.unwrap();
    assert_eq!((ack.injection, &ack.context), (Some(Injection::AlreadyPresent), &None));
    assert_eq!(find(&world, &ack).await.data, envelope);
}

async fn find(world: &World, ack: &kinetrace_producer::Ack) -> Stored {
    world.stream().await.into_iter().find(|stored| stored.is_where(ack)).unwrap()
}

fn traceparent(TraceIds { trace_id, span_id }: &TraceIds) -> String {
    format!("00-{trace_id}-{span_id}-01")
}

fn other_shard(world: &World, key: &str) -> HashKey {
    let home = world.shard_at(HashKey::of(key));
    KEYS.map(HashKey::of).into_iter().find(|place| world.shard_at(*place) != home).unwrap()
}
