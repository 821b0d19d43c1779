//! The function `producer`, invoked by HTTP and directly.

use std::time::Duration;

use aws_sdk_kinesis::types::{Record, ShardIteratorType};
use kinetrace::history::Shard;
use kinetrace::{Extraction, Format, HashKey, Reader};
use kinetrace_testbed::collector::{Collector, Kind, Span};
use kinetrace_testbed::environment::InvokeError;
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde_json::{Value, json};

use crate::bootstrap::deploy;
use crate::program::sample;

const STREAM: &str = "flights";
/// The context of the caller in the samples.
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID: &str = "00f067aa0ba902b7";

/// A stream of two shards, the function in front of it, and its spans.
struct World {
    kinesis: Kinesis,
    shards: Vec<Shard>,
    collector: Collector,
    function: Function,
}

impl World {
    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    async fn start_with(variables: &[(&str, &str)]) -> Self {
        let kinesis = Kinesis::start().await.unwrap();
        let shards = create_stream(&kinesis.client(), STREAM, 2).await.unwrap();
        let collector = Collector::start().await.unwrap();
        let own = [
            ("KINETRACE_STREAM", STREAM),
            ("KINETRACE_GROUP_FIELD", "tailnum"),
            ("AWS_ENDPOINT_URL", kinesis.endpoint()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
        ];
        let (function, _) = deploy(&["producer"], &[&own, variables].concat(), Duration::from_secs(10));
        Self { kinesis, shards, collector, function }
    }

    async fn invoke(&self, event: &str) -> Result<Value, InvokeError> {
        let answer = self.function.invoke(event.to_owned().into()).await?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    /// All records, each with its shard.
    async fn records(&self) -> Vec<(&Shard, Record)> {
        let client = self.kinesis.client();
        let mut records = Vec::new();
        for shard in &self.shards {
            let iterator = client.get_shard_iterator().stream_name(STREAM).shard_id(&shard.shard);
            let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
            let page = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
            records.extend(page.records.into_iter().map(|record| (shard, record)));
        }
        records
    }

    /// The stream has exactly these events, to the byte, each where its group belongs and under the number that the
    /// function gave as a result.
    async fn assert_published(&self, events: &[&str], results: &Value) {
        let records = self.records().await;
        assert_eq!(records.len(), events.len());
        assert_eq!(results.as_array().unwrap().len(), events.len(), "{results}");
        for (event, result) in events.iter().zip(results.as_array().unwrap()) {
            let is_it = |(_, record): &&(&Shard, Record)| record.sequence_number() == result["sequence_number"];
            let (shard, record) = records.iter().find(is_it).unwrap_or_else(|| panic!("not in the stream: {result}"));
            let group = serde_json::from_str::<Value>(event).unwrap()["tailnum"].as_str().unwrap().to_owned();
            assert_eq!((record.partition_key(), result["shard_id"].as_str()), (Some(&*group), Some(&*shard.shard)));
            assert!((shard.first_hash_key..=shard.last_hash_key).contains(&HashKey::of(&group)), "{result}");
            assert_eq!(result["injection"], "injected", "{result}");
            assert_eq!(read(record).payload, event.as_bytes());
        }
    }
}

fn named<'a>(spans: &'a [Span], name: &str, kind: Kind) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name && span.kind == kind).collect()
}

/// The only record in this one, by its data alone.
fn read(record: &Record) -> Extraction {
    let mut read = Reader::default().read(record.data().clone().into_inner().into(), None);
    assert_eq!(read.len(), 1, "{read:?}");
    read.remove(0)
}

#[tokio::test]
async fn an_http_request_is_published_event_by_event_in_the_callers_trace() {
    for sample in ["producer-http", "producer-rest-api", "producer-load-balancer"] {
        published_in_the_callers_trace(&World::start().await, sample, Format::Envelope, true).await;
    }
}

#[tokio::test]
async fn the_configured_carrier_takes_the_callers_trace_along() {
    for (carrier, format, with_order) in [
        ("envelope", Format::Envelope, true),
        ("member", Format::Member, false),
        ("datadog", Format::Datadog, false),
        ("aggregate", Format::Aggregate, true),
    ] {
        let world = World::start_with(&[("KINETRACE_CARRIER", carrier)]).await;
        published_in_the_callers_trace(&world, "producer-http", format, with_order).await;
    }
}

async fn published_in_the_callers_trace(world: &World, event: &str, format: Format, with_order: bool) {
    let request = sample(&format!("events/{event}.json"));
    let answer = world.invoke(&request).await.unwrap();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["published"], &body["failed"]), (&3.into(), &0.into()), "{body}");
    let lines = serde_json::from_str::<Value>(&request).unwrap()["body"].as_str().unwrap().to_owned();
    world.assert_published(&lines.lines().collect::<Vec<_>>(), &body["results"]).await;

    world.function.shutdown().await;
    let spans = world.collector.trace(TRACE_ID);
    let [invocation] = named(&spans, "producer", Kind::Server)[..] else { panic!("{spans:#?}") };
    assert_eq!(invocation.parent_span_id.as_deref(), Some(SPAN_ID));
    let created = named(&spans, "create flights", Kind::Producer);
    assert_eq!(created.len(), 3, "{spans:#?}");
    assert!(created.iter().all(|span| span.parent_span_id.as_ref() == Some(&invocation.span_id)), "{spans:#?}");
    for (_, record) in world.records().await {
        let extraction = read(&record);
        assert_eq!((extraction.format, extraction.order.is_some()), (format, with_order));
        let traceparent = extraction.fields.get("traceparent").unwrap();
        let carried = |span: &&Span| traceparent == format!("00-{TRACE_ID}-{}-01", span.span_id);
        assert!(created.iter().copied().any(|span| carried(&span)), "{traceparent} is none of {created:#?}");
    }
}

#[tokio::test]
async fn a_direct_invocation_is_published_event_by_event_to_the_byte() {
    let world = World::start().await;
    let events = [r#"{"tailnum":"N14228", "n":1.0}"#, r#"{"n":[ ],"tailnum":"N619AA"}"#, r#"{"tailnum":"N14228"}"#];
    let answer = world.invoke(&format!(r#"{{"events":[{}]}}"#, events.join(" ,\n"))).await.unwrap();
    assert_eq!((&answer["published"], &answer["failed"]), (&3.into(), &0.into()), "{answer}");
    world.assert_published(&events, &answer["results"]).await;
}

/// No clock does: the flush after each response sends what all publishers of the environment have counted so far.
#[tokio::test]
async fn the_metrics_of_an_environment_leave_with_its_invocations() {
    let world = World::start().await;
    for _ in 0..2 {
        world.invoke(&sample("events/producer-direct.json")).await.unwrap();
    }
    world.function.shutdown().await;
    let sent = world.collector.metric("messaging.client.sent.messages", &[("messaging.destination.name", STREAM)]);
    assert_eq!(sent.iter().map(|point| point.value).sum::<f64>(), 6.0, "{sent:?}");
    assert!(sent.iter().all(|point| point.resource.contains_key("faas.instance")), "{sent:?}");
}

#[tokio::test]
async fn the_sample_of_a_direct_invocation_is_published() {
    let world = World::start().await;
    let answer = world.invoke(&sample("events/producer-direct.json")).await.unwrap();
    assert_eq!((&answer["published"], &answer["failed"]), (&3.into(), &0.into()), "{answer}");
    assert_eq!(world.records().await.len(), 3);
}

#[tokio::test]
async fn an_http_request_with_one_bad_event_is_a_400_and_publishes_nothing() {
    let world = World::start().await;
    let mut request: Value = serde_json::from_str(&sample("events/producer-http.json")).unwrap();
    let good = r#"{"tailnum":"N14228"}"#;
    for (body, place, reason) in [
        (format!("{good}\n{good}\n{{\"tailnum\":"), "line 3", "not a JSON object"),
        (format!("{good}\n{{\"tail\":1}}\n{good}"), "line 2", "no field"),
        (format!("[{good},{{\"tailnum\":{{}}}}]"), "event 1", "names no group"),
        (format!("[{good}"), "not a JSON array", "EOF"),
    ] {
        request["body"] = body.into();
        let answer = world.invoke(&request.to_string()).await.unwrap();
        assert_eq!(answer["statusCode"], 400, "{answer}");
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        let error = body["error"].as_str().unwrap();
        assert!(error.contains(place) && error.contains(reason), "{error}");
    }
    assert_eq!(world.records().await, []);
}

#[tokio::test]
async fn a_bad_direct_invocation_is_an_error_of_the_function_and_publishes_nothing() {
    let world = World::start().await;
    let good = json!({"tailnum": "N14228"});
    for (event, place) in [
        (json!({"events": [good, 2]}), "event 1"),
        (json!({"events": [good, {"tailnum": ""}]}), "event 1"),
        (json!({}), "events"),
        (json!([good]), "events"),
    ] {
        let error = world.invoke(&event.to_string()).await.unwrap_err();
        let InvokeError::Function { error_type, message } = &error else { panic!("{error}") };
        assert!(error_type == "kinetrace.BadRequest" && message.contains(place), "{error}");
    }
    assert_eq!(world.records().await, []);
}
