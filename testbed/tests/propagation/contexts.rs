//! Each record carries the context of its own create span; nothing else about the request changes.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use kinetrace::{Carrier, Format, HashKey, Injection, KeyNames};
use kinetrace_producer::Propagation;
use opentelemetry::trace::{FutureExt as _, SpanContext, SpanKind, Status, TraceContextExt as _};
use opentelemetry_sdk::trace::SpanData;

use crate::world::{STREAM, World, attribute, counted, entry, traceparent};

const ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/flights";

/// Keys that repeat, out of order; one with a place of its own; JSON that a parser would write otherwise.
fn entries() -> Vec<PutRecordsRequestEntry> {
    let mut entries = vec![entry("b", r#"{"n": 1.0}"#), entry("a", "[1]\n"), entry("b", "12345678901234567890")];
    entries[1].explicit_hash_key = Some("7".to_owned());
    entries
}

#[tokio::test]
async fn each_record_of_a_request_carries_the_context_of_its_own_create_span() {
    let world = World::start([]).await;
    let propagation = world.propagation(Carrier::Envelope);
    let counts = propagation.counts();
    let client = world.client(propagation);
    let caller = world.caller("caller");
    let put = client.put_records().stream_name(STREAM).set_records(Some(entries()));
    let answer = put.send().with_context(caller.clone()).await.unwrap();

    let created = world.spans_named("create flights");
    let sent = &world.wire.puts()[0];
    let carried: Vec<_> =
        sent.entries().iter().map(|entry| entry.extraction().fields.get("traceparent").unwrap().to_owned()).collect();
    assert_eq!(carried, created.iter().map(|span| traceparent(&span.span_context)).collect::<Vec<_>>());
    for (span, stored) in created.iter().zip(answer.records()) {
        assert_eq!((&span.span_kind, &span.status), (&SpanKind::Producer, &Status::Unset));
        assert_child(span, caller.span().span_context());
        assert_eq!(attribute(span, "messaging.destination.partition.id"), stored.shard_id().unwrap());
        assert_eq!(attribute(span, "messaging.message.id"), stored.sequence_number().unwrap());
        assert_eq!(attribute(span, "kinetrace.injection"), "injected");
    }
    let [send] = &world.spans_named("send flights")[..] else { panic!("one request, one send span") };
    assert_eq!((&send.span_kind, &send.status), (&SpanKind::Client, &Status::Unset));
    assert_child(send, caller.span().span_context());
    let links: Vec<_> = send.links.iter().map(|link| &link.span_context).collect();
    assert_eq!(links, created.iter().map(|span| &span.span_context).collect::<Vec<_>>());
    assert_eq!(attribute(send, "messaging.batch.message_count"), "3");
    assert_eq!(counted(&counts), [(Injection::Injected, 3)]);
}

/// Which keys the create spans of a put name, in the order of its records.
async fn keys(propagation: impl FnOnce(Propagation) -> Propagation, carrier: Carrier) -> Vec<String> {
    let world = World::start([]).await;
    let client = world.client(propagation(world.propagation(carrier)));
    client.put_records().stream_name(STREAM).set_records(Some(entries())).send().await.unwrap();
    let key = |span: &SpanData| attribute(span, "kinetrace.record.key");
    assert!(world.spans_named("send flights").iter().all(|span| key(span).is_empty()));
    world.spans_named("create flights").iter().map(key).collect()
}

#[tokio::test]
async fn each_create_span_names_its_records_key_as_the_caller_gave_it_in_plain_or_hashed_or_not_at_all() {
    for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey] {
        assert_eq!(keys(|propagation| propagation, carrier).await, ["b", "a", "b"], "{carrier}");
    }
    let names = KeyNames::hashed();
    let hashed = keys(|propagation| propagation.key_names(KeyNames::hashed()), Carrier::Envelope).await;
    assert_eq!(hashed, ["b", "a", "b"].map(|key| names.name(key).into_owned()));
    assert_eq!(keys(|propagation| propagation.key_attribute(false), Carrier::Envelope).await, [""; 3]);
}

#[tokio::test]
async fn a_single_put_is_traced_alike() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope));
    let put = client.put_record().stream_name(STREAM).partition_key("a").data(Blob::new("1"));
    let answer = put.send().await.unwrap();
    let [created] = &world.spans_named("create flights")[..] else { panic!("one record, one create span") };
    let [send] = &world.spans_named("send flights")[..] else { panic!("one request, one send span") };
    let carried = world.wire.puts()[0].entries()[0].extraction();
    assert_eq!(carried.fields.get("traceparent").unwrap(), traceparent(&created.span_context));
    assert_eq!(attribute(created, "messaging.destination.partition.id"), answer.shard_id());
    assert_eq!(attribute(created, "messaging.message.id"), answer.sequence_number());
    assert_eq!(send.links.iter().map(|link| &link.span_context).collect::<Vec<_>>(), [&created.span_context]);
    assert_eq!(attribute(send, "messaging.batch.message_count"), "");
}

/// Stream, number and order of records, keys, hash keys, the sequence number to follow: as the caller gave them.
#[tokio::test]
async fn but_for_the_context_the_requests_are_those_of_a_plain_client() {
    let world = World::start([]).await;
    let (plain, traced) = (world.plain(), world.client(world.propagation(Carrier::Envelope)));
    for client in [&plain, &traced] {
        put_in_every_way(client).await;
    }
    let mut sent = world.wire.puts();
    let traced = sent.split_off(sent.len() / 2);
    assert!(traced.iter().all(|put| put.entries().iter().all(|entry| entry.extraction().format == Format::Envelope)));
    assert_eq!(traced.into_iter().map(|put| put.without_context()).collect::<Vec<_>>(), sent);
}

async fn put_in_every_way(client: &Client) {
    client.put_records().stream_name(STREAM).set_records(Some(entries())).send().await.unwrap();
    client.put_records().stream_arn(ARN).set_records(Some(entries())).send().await.unwrap();
    let single = client.put_record().partition_key("a").data(Blob::new("1")).explicit_hash_key("7");
    single.clone().stream_name(STREAM).send().await.unwrap();
    single.clone().stream_arn(ARN).send().await.unwrap();
    let following = "49590338271490256608559692538361571095921575989136588898";
    let following = single.stream_name(STREAM).stream_arn(ARN).sequence_number_for_ordering(following);
    // Whether the emulator takes that number is not the question here.
    let _ = following.send().await;
}

#[tokio::test]
async fn a_stream_that_is_named_by_its_arn_only_names_the_spans() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope));
    client.put_records().stream_arn(ARN).records(entry("a", "1")).send().await.unwrap();
    for name in ["create flights", "send flights"] {
        let [span] = &world.spans_named(name)[..] else { panic!("one {name}") };
        assert_eq!(attribute(span, "aws.kinesis.stream_name"), STREAM);
    }
}

#[tokio::test]
async fn every_carrier_leaves_the_record_on_its_groups_place() {
    for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey] {
        let world = World::start([]).await;
        let client = world.client(world.propagation(carrier));
        let mut placed = entry("b", r#"{"n": 2.0}"#);
        placed.explicit_hash_key = Some("7".to_owned());
        let put = client.put_records().stream_name(STREAM).records(entry("a", r#"{"n": 1.0}"#)).records(placed);
        put.send().await.unwrap();
        let [first, second] = <[_; 2]>::try_from(world.wire.puts()[0].entries()).unwrap();
        for (entry, payload) in [(&first, r#"{"n": 1.0}"#), (&second, r#"{"n": 2.0}"#)] {
            let extraction = entry.extraction();
            assert!(extraction.fields.get("traceparent").is_some(), "{carrier}");
            assert_eq!(extraction.payload, payload, "{carrier}");
        }
        assert_eq!(second.explicit_hash_key(), Some("7"), "{carrier}");
        if carrier == Carrier::PartitionKey {
            assert_eq!(first.explicit_hash_key(), Some(HashKey::of("a").to_string().as_str()));
        } else {
            assert_eq!((first.key(), first.explicit_hash_key(), second.key()), ("a", None, "b"), "{carrier}");
        }
    }
}

#[tokio::test]
async fn without_create_spans_the_callers_context_travels_and_its_span_stays_open() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope).create_spans(false));
    let caller = world.caller("caller");
    let put = client.put_records().stream_name(STREAM).set_records(Some(entries()));
    put.send().with_context(caller.clone()).await.unwrap();
    for entry in world.wire.puts()[0].entries() {
        let carried = entry.extraction();
        assert_eq!(carried.fields.get("traceparent").unwrap(), traceparent(caller.span().span_context()));
    }
    assert_eq!(world.spans_named("create flights").len(), 0);
    assert_child(&world.spans_named("send flights")[0], caller.span().span_context());
    assert!(caller.span().is_recording(), "the interceptor ended a span that is not its own");
}

#[tokio::test]
async fn without_a_carrier_there_are_spans_and_nothing_travels() {
    let world = World::start([]).await;
    let propagation = Propagation::new(None).telemetry(&world.telemetry);
    let counts = propagation.counts();
    let client = world.client(propagation);
    for client in [&world.plain(), &client] {
        client.put_records().stream_name(STREAM).set_records(Some(entries())).send().await.unwrap();
    }
    let sent = world.wire.puts();
    assert_eq!(sent[0], sent[1]);
    assert_eq!(world.spans_named("create flights").len(), 3);
    assert_eq!(counted(&counts), []);
}

#[track_caller]
fn assert_child(span: &SpanData, parent: &SpanContext) {
    assert_eq!((span.span_context.trace_id(), span.parent_span_id), (parent.trace_id(), parent.span_id()));
}
