//! What is none of the interceptor's business, and what cannot carry a context: byte for byte as it was.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::{DisplayErrorContext, SdkError};
use aws_sdk_kinesis::operation::put_records::PutRecordsError;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, ShardIteratorType};
use kinetrace::{Carrier, Injection, Propagators, Telemetry};
use kinetrace_producer::Propagation;
use kinetrace_testing::Recorder;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};
use opentelemetry_sdk::trace::Sampler;

use crate::world::{STREAM, World, attribute, counted, entry, traceparent};

const OTHERS: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn a_record_that_takes_no_context_is_left_as_it_was_and_its_span_says_why() {
    let envelope = format!(r#"{{"_otel":{{"traceparent":"{OTHERS}"}},"data":1}}"#);
    let member = format!(r#"{{"n":1.0, "traceparent":"{OTHERS}"}}"#);
    let datadog = r#"{"n":1.0, "_datadog":{"x-datadog-trace-id":"7","x-datadog-parent-id":"1"}}"#.to_owned();
    let table = [
        (Carrier::Envelope, "a", envelope.clone().into_bytes(), Injection::AlreadyPresent),
        (Carrier::Envelope, "a", b"\xF3\x89\x9A\xC2 begins like an aggregate".to_vec(), Injection::Unsupported),
        (Carrier::Member, "a", member.into_bytes(), Injection::AlreadyPresent),
        (Carrier::Member, "a", b"[1]".to_vec(), Injection::Unsupported),
        (Carrier::Datadog, "a", datadog.into_bytes(), Injection::AlreadyPresent),
        (Carrier::Datadog, "a", b"[1]".to_vec(), Injection::Unsupported),
        (Carrier::PartitionKey, OTHERS, b"1".to_vec(), Injection::AlreadyPresent),
        (Carrier::PartitionKey, "a", envelope.into_bytes(), Injection::AlreadyPresent),
    ];
    for (carrier, key, data, injection) in table {
        let world = World::start([]).await;
        let propagation = world.propagation(carrier);
        let counts = propagation.counts();
        let put = world.client(propagation).put_records().stream_name(STREAM);
        // Its neighbour still carries a context.
        put.records(entry(key, data.clone())).records(entry("b", "{}")).send().await.unwrap();
        let [sent, _] = &world.wire.puts()[0].entries()[..] else { panic!("two records") };
        let [span, neighbour] = &world.spans_named("create flights")[..] else { panic!("two spans") };
        assert_eq!(attribute(span, "kinetrace.injection"), injection.to_string(), "{carrier}");
        assert_eq!(attribute(neighbour, "kinetrace.injection"), "injected", "{carrier}");
        assert_eq!((sent.key(), sent.data(), sent.explicit_hash_key()), (key, data.into(), None), "{carrier}");
        assert_eq!(counted(&counts), [(Injection::Injected, 1), (injection, 1)], "{carrier}");
    }
}

#[tokio::test]
async fn with_nothing_to_tell_the_record_is_left_as_it_was() {
    let world = World::start([]).await;
    let off = Telemetry::new(None, Propagators::default());
    for propagation in [
        world.propagation(Carrier::Envelope).create_spans(false),
        Propagation::new(Carrier::Envelope).telemetry(&off),
        // Nobody has set a global provider in this process.
        Propagation::new(Carrier::Envelope),
    ] {
        let counts = propagation.counts();
        put_one(&world.client(propagation)).await;
        assert_eq!(world.wire.puts()[0].entries()[0].data(), "1");
        assert_eq!(counted(&counts), [(Injection::NoContext, 1)]);
    }
}

#[tokio::test]
async fn with_telemetry_off_the_callers_context_is_passed_on_as_it_is() {
    let world = World::start([]).await;
    let off = Telemetry::new(None, Propagators::default());
    let client = world.client(Propagation::new(Carrier::Envelope).telemetry(&off));
    let caller = world.caller("caller");
    put_one(&client).with_context(caller.clone()).await;
    let carried = world.wire.puts()[0].entries()[0].extraction();
    assert_eq!(carried.fields.get("traceparent").unwrap(), traceparent(caller.span().span_context()));
    assert!(caller.span().is_recording(), "the interceptor ended a span that is not its own");
}

#[tokio::test]
async fn a_trace_that_is_not_sampled_goes_on_unsampled() {
    let world = World::start([]).await;
    let recorder = Recorder::with_tracing(|provider| provider.with_sampler(Sampler::AlwaysOff));
    put_one(&world.client(Propagation::new(Carrier::Envelope).telemetry(&recorder.telemetry()))).await;
    let carried = world.wire.puts()[0].entries()[0].extraction();
    assert!(carried.fields.get("traceparent").unwrap().ends_with("-00"), "{carried:?}");
    assert_eq!(recorder.spans().len(), 0);
}

#[tokio::test]
async fn other_operations_and_dry_runs_are_left_alone() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope));
    let shards = client.list_shards().stream_name(STREAM).send().await.unwrap();
    client.describe_stream_summary().stream_name(STREAM).send().await.unwrap();
    let iterator = client.get_shard_iterator().stream_name(STREAM).shard_id(shards.shards()[0].shard_id());
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
    client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
    // The emulator does not know of dry runs.
    client.put_records().stream_name(STREAM).records(entry("a", "1")).dry_run(true).send().await.unwrap();
    let single = client.put_record().stream_name(STREAM).partition_key("a").data(Blob::new("1"));
    single.dry_run(true).send().await.unwrap();
    assert!(world.wire.puts().iter().all(|put| put.entries()[0].data() == "1"));
    assert_eq!(world.spans().len(), 0);
}

/// A put that Kinesis refuses must not pass because a carrier mended it, nor be refused for another reason.
#[tokio::test]
async fn what_kinesis_refuses_is_refused_for_the_same_reason() {
    for carrier in [Carrier::Envelope, Carrier::Aggregate, Carrier::PartitionKey] {
        let world = World::start([]).await;
        let clients = [world.plain(), world.client(world.propagation(carrier))];
        let mut misplaced = entry("a", "1");
        misplaced.explicit_hash_key = Some("not a number".to_owned());
        let keyless = PutRecordsRequestEntry::builder().data(Blob::new("1")).build().unwrap();
        for bad in [misplaced, keyless, entry("", "1"), entry(&"k".repeat(257), "1")] {
            let mut refusals = Vec::new();
            for client in &clients {
                let put = client.put_records().stream_name(STREAM).records(bad.clone());
                refusals.push(words(put.send().await.unwrap_err()));
            }
            // The refusal quotes the record, and an envelope shows in it.
            assert_eq!(
                refusals[0].split("at 'records").next(),
                refusals[1].split("at 'records").next(),
                "{carrier} {bad:?}"
            );
        }
        for client in &clients {
            client.put_records().stream_name(STREAM).set_records(Some(Vec::new())).send().await.unwrap_err();
            client.put_records().records(entry("a", "1")).send().await.unwrap_err();
            client.put_record().stream_name(STREAM).partition_key("a").send().await.unwrap_err();
        }
    }
}

fn words(error: SdkError<PutRecordsError>) -> String {
    DisplayErrorContext(error.into_service_error()).to_string()
}

async fn put_one(client: &Client) {
    client.put_records().stream_name(STREAM).records(entry("a", "1")).send().await.unwrap();
}
