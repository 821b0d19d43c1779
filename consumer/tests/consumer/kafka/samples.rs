//! The sample events of Kafka, answered and traced as `events/expected/` has it, without an emulator.

use std::path::{Path, PathBuf};

use kinetrace_consumer::{Failure, Record};
use opentelemetry::trace::{SpanId, SpanKind, Status, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};
use serde_json::{Map, Value, json};

use super::world::Invoker;
use crate::world::World;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../events")
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// As that of the sample function.
async fn depart(record: Record, provider: SdkTracerProvider) -> Result<(), Failure> {
    if record.is_tombstone() {
        return Ok(());
    }
    let flight: Value = record.json()?;
    let tailnum = KeyValue::new("tailnum", flight["tailnum"].as_str().unwrap().to_owned());
    let tracer = provider.tracer("function");
    let span = tracer.span_builder("depart").with_attributes([tailnum]);
    drop(tracer.build_with_context(span, &Context::current()));
    Ok(())
}

#[tokio::test]
async fn every_sample_is_answered_and_traced_as_expected() {
    let mut samples = 0;
    for file in std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("kafka-") {
            continue;
        }
        let world = World::new();
        let provider = world.provider.clone();
        let handle = move |record: Record| depart(record, provider.clone());
        let outcome = Invoker::default().invoke_in(&world, handle, &std::fs::read_to_string(&file).unwrap()).await;
        let seen = json!({"answer": outcome.told().unwrap(), "spans": tree(&outcome.spans)});
        let expected = json_of(&folder().join("expected").join(&name));
        assert!(fits(&expected, &seen), "{name} should be:\n{expected:#}\nand is:\n{seen:#}");
        samples += 1;
    }
    assert!(samples > 10, "where are the samples?");
}

/// `"*"` stands for anything but nothing.
fn fits(expected: &Value, seen: &Value) -> bool {
    match (expected, seen) {
        (Value::String(any), seen) if any == "*" => !seen.is_null(),
        (Value::Object(expected), Value::Object(seen)) => {
            expected.len() == seen.len()
                && expected.iter().all(|(name, it)| seen.get(name).is_some_and(|seen| fits(it, seen)))
        }
        (Value::Array(expected), Value::Array(seen)) => {
            expected.len() == seen.len() && expected.iter().zip(seen).all(|(expected, seen)| fits(expected, seen))
        }
        _ => expected == seen,
    }
}

fn tree(spans: &[SpanData]) -> Value {
    let mut spans: Vec<_> = spans.iter().collect();
    spans.sort_by_key(|span| span.start_time);
    let is_here = |id: SpanId| spans.iter().any(|it| it.span_context.span_id() == id);
    let roots = spans.iter().filter(|span| !is_here(span.parent_span_id));
    roots.map(|root| below(root, &spans)).collect()
}

fn below(span: &SpanData, all: &[&SpanData]) -> Value {
    let id = span.span_context.span_id();
    let is_server = span.span_kind == SpanKind::Server;
    let link =
        |link: &opentelemetry::trace::Link| format!("{}-{}", link.span_context.trace_id(), link.span_context.span_id());
    let mut described = json!({
        "name": if is_server { "consumer" } else { &*span.name },
        "kind": format!("{:?}", span.span_kind),
        // The invocation's own link is to Lambda's trace.
        "links": span.links.iter().filter(|_| !is_server).map(link).collect::<Vec<_>>(),
        "status": match &span.status { Status::Unset => "unset".to_owned(), other => format!("{other:?}") },
        "attributes": attributes(span),
        "children": all.iter().filter(|it| it.parent_span_id == id).map(|it| below(it, all)).collect::<Vec<_>>(),
    });
    if is_server && span.parent_span_id != SpanId::INVALID {
        described["remote_parent"] = format!("{}-{}", span.span_context.trace_id(), span.parent_span_id).into();
    }
    described
}

fn attributes(span: &SpanData) -> Map<String, Value> {
    let of_interest =
        |name: &str| !["aws.lambda.invoked_arn", "cloud.account.id", "messaging.batch.message_count"].contains(&name);
    let value = |value: &opentelemetry::Value| match value {
        opentelemetry::Value::Bool(it) => json!(it),
        opentelemetry::Value::I64(it) => json!(it),
        other => json!(other.as_str()),
    };
    let attributes = span.attributes.iter().filter(|it| of_interest(it.key.as_str()));
    attributes.map(|it| (it.key.to_string(), value(&it.value))).collect()
}
