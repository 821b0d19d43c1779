//! Jaeger's own JSON, as its query service and its page give it.
//!
//! <https://github.com/jaegertracing/jaeger-idl/blob/main/model/json/model.go>. OpenTelemetry says what its spans become there:
//! <https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/>.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::collector::attribute::AttributeValue;
use crate::collector::span::{Kind, Link, Scope, Span, SpanEvent, Status};

/// A trace, or a part of one.
#[derive(Deserialize)]
pub(super) struct Trace {
    #[serde(default)]
    spans: Vec<JaegerSpan>,
    #[serde(default)]
    processes: HashMap<String, Process>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JaegerSpan {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    /// In files of old versions.
    #[serde(rename = "parentSpanID")]
    parent_span_id: Option<String>,
    operation_name: String,
    references: Option<Vec<Reference>>,
    /// In microseconds since the Unix epoch.
    start_time: u64,
    /// In microseconds.
    duration: u64,
    tags: Option<Vec<Tag>>,
    logs: Option<Vec<Log>>,
    #[serde(rename = "processID")]
    process_id: Option<String>,
    process: Option<Process>,
}

#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    ref_type: String,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Deserialize)]
struct Tag {
    key: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Value,
}

#[derive(Deserialize)]
struct Log {
    timestamp: u64,
    fields: Vec<Tag>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Process {
    #[serde(default)]
    service_name: String,
    tags: Option<Vec<Tag>>,
}

type Attributes = BTreeMap<String, AttributeValue>;

impl Trace {
    pub(super) fn spans(self) -> impl Iterator<Item = Span> {
        let resource = |process: Process| {
            let mut resource = attributes(process.tags);
            resource.insert("service.name".to_owned(), AttributeValue::Text(process.service_name.clone()));
            (process.service_name, Arc::new(resource))
        };
        let processes: HashMap<_, _> =
            self.processes.into_iter().map(|(id, process)| (id, resource(process))).collect();
        self.spans.into_iter().map(move |mut span| {
            let own = span.process.take().map(resource);
            let shared = || span.process_id.as_ref().and_then(|id| processes.get(id)).cloned();
            let (service, resource) = own.or_else(shared).unwrap_or_default();
            read(span, service, resource)
        })
    }
}

fn read(span: JaegerSpan, service: String, resource: Arc<Attributes>) -> Span {
    let trace_id = padded(&span.trace_id, 32);
    let references = span.references.unwrap_or_default();
    let is_parent = |it: &&Reference| it.ref_type == "CHILD_OF" && padded(&it.trace_id, 32) == trace_id;
    let parent = references.iter().find(is_parent);
    let links = references.iter().filter(|reference| Some(*reference) != parent).map(link).collect();
    let in_reference = parent.map(|reference| padded(&reference.span_id, 16));
    let parent_span_id = in_reference.or_else(|| span.parent_span_id.map(|id| padded(&id, 16)));
    let mut attributes = attributes(span.tags);
    let mut take = |key: &str| attributes.remove(key).map(|value| value.to_string()).unwrap_or_default();
    let kind = kind(&take("span.kind"));
    let status = status(&take("otel.status_code"), take("otel.status_description"), &take("error"));
    let [name, version] = ["name", "version"].map(|it| {
        let old = take(&format!("otel.library.{it}"));
        Some(take(&format!("otel.scope.{it}"))).filter(|new| !new.is_empty()).unwrap_or(old)
    });
    Span {
        trace_id,
        span_id: padded(&span.span_id, 16),
        parent_span_id: parent_span_id.filter(|id| id.bytes().any(|digit| digit != b'0')),
        name: span.operation_name,
        kind,
        start_unix_nanos: span.start_time.saturating_mul(1_000),
        end_unix_nanos: span.start_time.saturating_add(span.duration).saturating_mul(1_000),
        parent_is_remote: None,
        service,
        resource,
        scope: Arc::new(Scope { name, version, schema_url: String::new() }),
        attributes,
        events: span.logs.unwrap_or_default().into_iter().map(event).collect(),
        links,
        dropped_links: 0,
        status,
    }
}

fn link(reference: &Reference) -> Link {
    Link {
        trace_id: padded(&reference.trace_id, 32),
        span_id: padded(&reference.span_id, 16),
        is_remote: None,
        attributes: Attributes::new(),
    }
}

/// A field named `event` is its name.
fn event(log: Log) -> SpanEvent {
    let mut attributes = attributes(Some(log.fields));
    let name = attributes.remove("event").map(|name| name.to_string()).unwrap_or_default();
    SpanEvent { name, at_unix_nanos: log.timestamp.saturating_mul(1_000), attributes }
}

fn kind(tag: &str) -> Kind {
    match tag {
        "server" => Kind::Server,
        "client" => Kind::Client,
        "producer" => Kind::Producer,
        "consumer" => Kind::Consumer,
        "internal" => Kind::Internal,
        _ => Kind::Unspecified,
    }
}

fn status(code: &str, description: String, error: &str) -> Status {
    match (code, error) {
        ("ERROR", _) | (_, "true") => Status::Error(description),
        ("OK", _) => Status::Ok,
        _ => Status::Unset,
    }
}

fn attributes(tags: Option<Vec<Tag>>) -> Attributes {
    tags.unwrap_or_default().into_iter().map(|tag| (tag.key, value(tag.kind.as_deref(), tag.value))).collect()
}

/// A whole number may be text.
fn value(kind: Option<&str>, value: Value) -> AttributeValue {
    match value {
        Value::String(text) if kind == Some("int64") => {
            text.parse().map_or(AttributeValue::Text(text), AttributeValue::Int)
        }
        Value::String(text) => AttributeValue::Text(text),
        Value::Bool(value) => AttributeValue::Bool(value),
        Value::Number(number) => match number.as_i64().filter(|_| kind != Some("float64")) {
            Some(number) => AttributeValue::Int(number),
            None => AttributeValue::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::Null => AttributeValue::Empty,
        other => AttributeValue::Text(other.to_string()),
    }
}

/// Jaeger leaves zeros at the beginning away, and of traces with 64 bits the upper half.
fn padded(id: &str, digits: usize) -> String {
    format!("{:0>digits$}", id.to_ascii_lowercase())
}
