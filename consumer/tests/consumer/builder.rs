//! A consumer that is built does what was chosen.

use std::process::Command;
use std::sync::{Arc, Mutex};

use kinetrace::KeyNames;
use kinetrace::history::{ProcessOutcome, Relation};
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure, Record, RecordLog, RelationPolicy};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::TraceId;
use tower::Service as _;

use crate::world::{TRACE_ID, World, context, envelope, event};

async fn handle(record: Record) -> Result<(), Failure> {
    assert_eq!(record.payload, "1");
    Ok(())
}

#[tokio::test]
async fn a_consumer_that_is_built_relates_names_and_tells_as_was_chosen() {
    let world = World::new();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log = RecordLog::new(move |line| sink.lock().unwrap().push(line)).key_names(KeyNames::hashed());
    let mut consumer = Consumer::builder(handle)
        .telemetry(world.telemetry())
        .record_log(log)
        .relation(RelationPolicy::Link)
        .key_attribute(false)
        .build()
        .unwrap();
    let context = context();
    let payload: KinesisEvent = serde_json::from_str(&event(&[&envelope("1")])).unwrap();
    let response = consumer.call(LambdaEvent { payload, context }).await.unwrap();
    assert_eq!(response.stop(), None);
    let lines = lines.lock().unwrap();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((line.outcome, line.relation), (ProcessOutcome::Succeeded, Some(Relation::Link)));
    assert!(line.group.as_ref().unwrap().len() >= 16, "the key's hash: {line:?}");
    let spans = world.spans();
    let process = spans.iter().find(|span| span.name.starts_with("process ")).unwrap();
    assert_ne!(process.span_context.trace_id(), TraceId::from_hex(TRACE_ID).unwrap(), "it is linked to");
    assert_eq!(process.links.len(), 1);
    assert!(process.attributes.iter().all(|it| it.key.as_str() != "kinetrace.record.key"), "{process:?}");
}

#[test]
#[ignore = "the child process of another test"]
fn build_in_a_malformed_environment() {
    if std::env::var_os("CHILD").is_none() {
        return;
    }
    assert!(Consumer::builder(handle).build().is_err(), "the variable is malformed");
    Consumer::builder(handle).read_environment(false).build().unwrap();
    println!("built");
}

/// A test that failed by what a developer has exported would be hard to understand.
#[test]
fn a_consumer_that_is_told_so_is_built_without_a_look_at_the_environment() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["builder::build_in_a_malformed_environment", "--exact", "--ignored", "--nocapture"]);
    let child = child.envs([("CHILD", "1"), ("KINETRACE_MAX_CONCURRENCY", "many")]).output().unwrap();
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && output.contains("built"), "{child:?}");
}
