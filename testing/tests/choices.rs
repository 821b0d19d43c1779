//! What a test chooses of an event and of an invocation has its effect, and all of it can be seen.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use kinetrace::KeyNames;
use kinetrace_consumer::{Failure, Record};
use kinetrace_testing::{Event, Invoker, Recorder, invoke};
use opentelemetry::trace::Tracer as _;
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;

/// Fails on `fail`.
async fn handle(record: Record) -> Result<(), Failure> {
    tracing::info!("a record");
    if record.payload == "fail" { Err(Failure::retry("as asked")) } else { Ok(()) }
}

#[tokio::test]
async fn an_event_that_was_captured_is_invoked_as_it_is_by_the_mapping_and_by_a_pipe() {
    let event = Event::new("flights").untraced("N1", "1").untraced("N2", "fail").untraced("N3", "3");
    let by_mapping = event.to_json();
    let flat = |record: &Value| {
        let mut flat = record.clone();
        let kinesis = flat["kinesis"].take();
        flat.as_object_mut().unwrap().extend(kinesis.as_object().unwrap().clone());
        flat
    };
    let by_pipe: Value = by_mapping["Records"].as_array().unwrap().iter().map(flat).collect();
    for captured in [by_mapping.to_string(), by_pipe.to_string()] {
        let invocation = Invoker::new().invoke_json(handle, &captured).await.unwrap();
        assert_eq!(invocation.stopped_at(), Some(1), "{captured}");
        assert_eq!(invocation.record_lines()[1].sequence_number.as_str(), event.sequence_number(1));
    }
    for other in ["", "{}", r#"{"Records":[{"eventSource":"aws:sqs","body":""}]}"#] {
        assert!(Invoker::new().invoke_json(handle, other).await.is_err(), "{other}");
    }
}

#[tokio::test]
async fn an_event_can_begin_where_another_one_stopped() {
    let first = Event::new("flights").first_sequence_number(8).untraced("N1", "1").untraced("N1", "fail");
    let stop = invoke(handle, &first).await.answer().as_ref().unwrap().stop().unwrap().to_string();
    assert_eq!((&*stop, first.sequence_number(1)), ("9", "9".to_owned()));
    let next = Event::new("flights").first_sequence_number(stop.parse().unwrap()).untraced("N1", "1");
    assert_eq!(invoke(handle, &next).await.record_lines()[0].sequence_number.as_str(), "9");
}

#[tokio::test]
async fn records_are_of_the_shard_and_the_time_that_were_named_before_them() {
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let event = Event::new("flights").shard("shard-a").arrival(hour_ago).untraced("N1", "1");
    let event = event.shard("shard-b").arrival(SystemTime::now()).untraced("N2", "2");
    let invocation = invoke(handle, &event).await;
    let shards: Vec<_> = invocation.record_lines().iter().map(|line| line.shard.to_string()).collect();
    assert_eq!(shards, ["shard-a", "shard-b"]);
    let age = |shard: &str| {
        let ages = invocation.metric("kinetrace.consumer.record.age");
        ages.iter().find(|it| it.attribute("messaging.destination.partition.id") == Some(shard)).unwrap().sum
    };
    assert!((3600.0..3700.0).contains(&age("shard-a")) && (0.0..100.0).contains(&age("shard-b")));
}

#[tokio::test]
async fn what_was_measured_is_there_by_its_attributes() {
    let event = Event::new("flights").untraced("N1", "1").untraced("N1", "2").untraced("N1", "fail");
    let invocation = invoke(handle, &event).await;
    let mut processed: Vec<_> = invocation
        .metric("messaging.process.duration")
        .iter()
        .map(|series| (series.attribute("error.type").map(str::to_owned), series.count))
        .collect();
    processed.sort();
    assert_eq!(processed, [(None, Some(2)), (Some("failure".to_owned()), Some(1))]);
    assert!(invocation.metric("no.such.metric").is_empty());
}

#[tokio::test]
async fn the_invocation_is_named_as_the_test_says_and_links_to_lambdas_own_trace() {
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let invoker = Invoker::new().function_name("departures").request_id("request-1").xray_trace_header(header);
    let event = Event::new("flights").untraced("N1", "1");
    let invocation = invoker.invoke(handle, &event).await;
    let links = &invocation.span("departures").links;
    assert_eq!(links[0].span_context.span_id().to_string(), "53995c3f42cd8ad8");
    assert_eq!(&*invocation.record_lines()[0].request_id, "request-1");
    assert!(invoke(handle, &event).await.span("consumer").links.is_empty());
}

#[tokio::test]
async fn keys_are_named_as_the_test_says() {
    let invoker = Invoker::new().key_names(KeyNames::hashed());
    let invocation = invoker.invoke(handle, &Event::new("flights").untraced("N14228", "1")).await;
    let hashed = KeyNames::hashed().name("N14228").into_owned();
    assert_eq!(invocation.record_lines()[0].group.as_deref(), Some(&*hashed));
    assert!(!format!("{:?}", invocation.spans()).contains("N14228"));
}

#[tokio::test]
async fn a_recorder_has_the_spans_of_the_test_and_of_all_invocations_and_each_invocation_its_own() {
    let recorder = Recorder::new();
    let invoker = Invoker::new().recorder(&recorder);
    recorder.telemetry().tracer().in_span("set up", |_| ());
    for key in ["N1", "N2"] {
        let invocation = invoker.invoke(handle, &Event::new("flights").untraced(key, key)).await;
        assert_eq!(invocation.spans().len(), 2, "{invocation:?}");
    }
    assert_eq!(recorder.spans().len(), 5);
    assert_eq!(recorder.metric("messaging.process.duration")[0].count, Some(2));
}

#[tokio::test]
async fn the_programs_own_telemetry_is_used_and_what_it_does_not_trace_is_not_shown() {
    let off = kinetrace::Telemetry::new(None, kinetrace::Propagators::default());
    let event = Event::new("flights").traced("N1", "1");
    let invocation = Invoker::new().telemetry(off).invoke(handle, &event).await;
    assert_eq!(invocation.stopped_at(), None);
    assert!(invocation.spans().is_empty() && invocation.metric("messaging.process.duration").is_empty());
}

#[derive(Clone, Default)]
struct Counts(Arc<Mutex<usize>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Counts {
    fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        *self.0.lock().unwrap() += 1;
    }
}

#[tokio::test]
async fn a_test_may_keep_its_own_subscriber() {
    let counts = Counts::default();
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(counts.clone()));
    let event = Event::new("flights").untraced("N1", "1");
    assert_eq!(invoke(handle, &event).await.log_lines().len(), 1);
    assert_eq!(*counts.0.lock().unwrap(), 0);
    assert!(Invoker::new().keep_subscriber().invoke(handle, &event).await.log_lines().is_empty());
    assert_eq!(*counts.0.lock().unwrap(), 1);
}
