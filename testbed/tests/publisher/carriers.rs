//! No carrier moves a record or changes its bytes, and what the ack says of the context is true.

use kinetrace::history::TraceIds;
use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, Format, HashKey, Injection, Record, UserRecord};
use kinetrace_producer::{Ack, Publisher};

use crate::faults::Step;
use crate::world::{STREAM, Stored, World};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

const OBJECTS: [&[u8]; 4] = [b"{\"b\":1, \"a\":2.10}", b"{}", b" { \"n\" :1e3 , \"n\":[ ]}\n", b"{\"order\":0}"];
const OTHERS: [&[u8]; 4] = [b" null\n", b"plain", b"\x00\xff", b""];

const CARRIERS: [Option<Carrier>; 6] = [
    Some(Carrier::Envelope),
    Some(Carrier::Member),
    Some(Carrier::Datadog),
    Some(Carrier::Aggregate),
    Some(Carrier::PartitionKey),
    None,
];

/// Those that put members into JSON objects, and have no room for the count.
const SPLICED: [Carrier; 2] = [Carrier::Member, Carrier::Datadog];

/// Enough keys that a carrier which moved records would be caught on some shard.
const KEYS: [&str; 4] = ["N14228", "N24211", "N619AA", "N804JB"];

fn payloads() -> impl Iterator<Item = &'static [u8]> {
    OBJECTS.into_iter().chain(OTHERS)
}

#[tokio::test]
async fn the_envelope_keeps_partition_key_place_and_payload_and_takes_the_order_along() {
    arrives_untouched(Carrier::Envelope, Format::Envelope, payloads()).await;
}

#[tokio::test]
async fn the_member_carrier_keeps_key_place_and_payload_and_drops_the_count() {
    arrives_untouched(Carrier::Member, Format::Member, OBJECTS).await;
}

#[tokio::test]
async fn the_datadog_carrier_keeps_key_place_and_payload_and_drops_the_count() {
    arrives_untouched(Carrier::Datadog, Format::Datadog, OBJECTS).await;
}

#[tokio::test]
async fn an_aggregate_keeps_partition_key_place_and_payload_and_takes_the_order_along() {
    arrives_untouched(Carrier::Aggregate, Format::Aggregate, payloads()).await;
}

async fn arrives_untouched(carrier: Carrier, format: Format, payloads: impl IntoIterator<Item = &'static [u8]>) {
    let world = World::start(8, []).await;
    for (key, payload, ack, stored) in publish(&world, carrier, payloads).await {
        assert_eq!(ack.injection, Some(Injection::Injected));
        assert_unmoved(&world, &stored, key);
        let extraction = stored.extraction();
        assert_eq!((extraction.format, &*extraction.payload), (format, payload));
        assert_eq!(extraction.order, (!SPLICED.contains(&carrier)).then_some(ack.order));
        assert_eq!(extraction.user_record, (carrier == Carrier::Aggregate).then(|| user_record(key, None)));
        assert_eq!(traceparent(&ack.context.unwrap()), extraction.fields.get("traceparent").unwrap());
    }
}

#[tokio::test]
async fn what_has_no_members_goes_as_it_is_and_the_ack_says_so() {
    for carrier in SPLICED {
        let world = World::start(8, []).await;
        for (key, payload, ack, stored) in publish(&world, carrier, OTHERS).await {
            assert_eq!((ack.injection, &ack.context), (Some(Injection::Unsupported), &None), "{carrier}");
            assert_unmoved(&world, &stored, key);
            assert_eq!(stored.data, payload, "{carrier}");
        }
    }
}

#[tokio::test]
async fn the_partition_key_carrier_keeps_the_place_of_the_key_and_the_payload() {
    let world = World::start(8, []).await;
    for (key, payload, ack, stored) in publish(&world, Carrier::PartitionKey, payloads()).await {
        assert_eq!(ack.injection, Some(Injection::Injected));
        assert_eq!(stored.partition_key, traceparent(&ack.context.unwrap()));
        assert_eq!(stored.shard, world.shard_at(HashKey::of(key)));
        assert_eq!((stored.extraction().format, &*stored.data), (Format::PartitionKey, payload));
    }
}

#[tokio::test]
async fn without_a_carrier_the_bytes_go_as_they_are() {
    let world = World::start(8, []).await;
    for (key, payload, ack, stored) in publish(&world, None, payloads()).await {
        assert_eq!((ack.injection, &ack.context), (None, &None));
        assert_unmoved(&world, &stored, key);
        assert_eq!(stored.data, payload);
    }
}

#[tokio::test]
async fn a_callers_own_hash_key_wins_with_every_carrier_and_inside_an_aggregate() {
    let world = World::start(2, []).await;
    let (here, there) = (HashKey::of("N14228"), other_shard(&world, "N14228"));
    for carrier in CARRIERS {
        let publisher = world.publisher().carrier(carrier).build();
        let mut record = Record::new("N14228", "{}");
        record.explicit_hash_key = Some(there);
        let ack = publisher.send(record).await.unwrap();
        assert_eq!(ack.injection, carrier.map(|_| Injection::Injected), "{carrier:?}");
        assert_eq!(ack.shard_id, world.shard_at(there), "{carrier:?}");
        assert_ne!(ack.shard_id, world.shard_at(here), "{carrier:?}");
        let inside = (carrier == Some(Carrier::Aggregate)).then(|| user_record("N14228", Some(there)));
        assert_eq!(find(&world, &ack).await.extraction().user_record, inside, "{carrier:?}");
    }
}

#[tokio::test]
async fn without_a_span_the_order_travels_alone_where_there_is_room_for_it() {
    let world = World::start(1, []).await;
    for carrier in [Carrier::Envelope, Carrier::Aggregate, Carrier::Member, Carrier::Datadog] {
        let publisher = Publisher::builder(world.client.clone(), STREAM).carrier(carrier).build();
        let ack = publisher.send(Record::new("a", "{}")).await.unwrap();
        assert_eq!((ack.injection, &ack.context), (Some(Injection::NoContext), &None), "{carrier}");
        let extraction = find(&world, &ack).await.extraction();
        let order = (!SPLICED.contains(&carrier)).then_some(ack.order);
        assert_eq!((extraction.order, &*extraction.payload), (order, &b"{}"[..]), "{carrier}");
    }
}

#[tokio::test]
async fn what_carries_a_context_already_is_forwarded_as_it_is() {
    let world = World::start(1, []).await;
    for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate] {
        let carrying = carrying(carrier);
        let ack = world.publisher().carrier(carrier).build().send(carrying.clone()).await.unwrap();
        assert_eq!((ack.injection, &ack.context), (Some(Injection::AlreadyPresent), &None), "{carrier}");
        let stored = find(&world, &ack).await;
        assert_eq!((stored.partition_key, stored.data), (carrying.partition_key, carrying.data.into()), "{carrier}");
    }
}

#[tokio::test]
async fn a_record_that_is_given_up_comes_back_as_it_was_handed_over() {
    // Of one record, not of the stream, so the publisher goes on.
    let world = World::start_then(2, [], Step::Refuse(400, "ValidationException")).await;
    let carrying = [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate]
        .map(|carrier| carrying(carrier).data);
    let handed_over: Vec<_> = payloads().map(Vec::from).chain(carrying).collect();
    for carrier in CARRIERS {
        let publisher = world.publisher().carrier(carrier).build();
        let mut keys = 0..;
        for data in &handed_over {
            for explicit_hash_key in [None, Some(HashKey::of("elsewhere"))] {
                let key = format!("key {}", keys.next().unwrap());
                let record = Record { explicit_hash_key, ..Record::new(key, data.clone()) };
                let error = publisher.send(record.clone()).await.unwrap_err();
                assert_eq!(error.record, Some(record), "{carrier:?}");
            }
        }
    }
    assert_eq!(world.stream().await.len(), 0);
}

/// Sends each payload to each key; what the stream has of it then.
async fn publish(
    world: &World,
    carrier: impl Into<Option<Carrier>>,
    payloads: impl IntoIterator<Item = &'static [u8]>,
) -> Vec<(&'static str, &'static [u8], Ack, Stored)> {
    let publisher = world.publisher().carrier(carrier).build();
    let mut acks = Vec::new();
    for payload in payloads {
        for key in KEYS {
            acks.push((key, payload, publisher.send(Record::new(key, payload)).await.unwrap()));
        }
    }
    let mut stream = world.stream().await;
    assert_eq!(stream.len(), acks.len());
    let found = |(key, payload, ack)| {
        let at = stream.iter().position(|stored| stored.is_where(&ack)).unwrap();
        (key, payload, ack, stream.swap_remove(at))
    };
    acks.into_iter().map(found).collect()
}

async fn find(world: &World, ack: &Ack) -> Stored {
    world.stream().await.into_iter().find(|stored| stored.is_where(ack)).unwrap()
}

#[track_caller]
fn assert_unmoved(world: &World, stored: &Stored, key: &str) {
    assert_eq!((&*stored.partition_key, &*stored.shard), (key, world.shard_at(HashKey::of(key))));
}

fn user_record(key: &str, explicit_hash_key: Option<HashKey>) -> UserRecord {
    UserRecord { partition_key: key.into(), explicit_hash_key, sub_sequence_number: 0 }
}

/// A record that another producer has put its context on.
fn carrying(carrier: Carrier) -> Record {
    let fields: Fields = serde_json::from_str(&format!(r#"{{"traceparent":"{TRACEPARENT}"}}"#)).unwrap();
    let mut record = Record::new("a", r#"{"n":1}"#);
    assert_eq!(carrier.inject(&mut record, &fields, None, DEFAULT_MAX_RECORD_BYTES), Injection::Injected);
    record
}

fn traceparent(TraceIds { trace_id, span_id, .. }: &TraceIds) -> String {
    format!("00-{trace_id}-{span_id}-01")
}

fn other_shard(world: &World, key: &str) -> HashKey {
    let home = world.shard_at(HashKey::of(key));
    KEYS.map(HashKey::of).into_iter().find(|place| world.shard_at(*place) != home).unwrap()
}
