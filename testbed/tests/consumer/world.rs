//! A deployed consumer, the events it is invoked with, and everything that reached the collector.

use std::time::{Duration, SystemTime};

use kinetrace::history::Event;
use kinetrace_testbed::collector::{AttributeValue, Collector, Span};
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::function::Function;
use kinetrace_testing as testing;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::bootstrap;

pub(crate) const STREAM: &str = "flights";
/// Of all records, unless a test says otherwise.
pub(crate) const KEY: &str = "N14228";
pub(crate) const SHARD: &str = "shardId-000000000003";
/// How long the records of an event have been in the stream.
pub(crate) const AGE: Duration = Duration::from_secs(3600);

pub(crate) struct World {
    pub(crate) collector: Collector,
    function: Function,
    logs: UnboundedReceiver<LogLine>,
}

impl World {
    /// With these variables in addition.
    pub(crate) async fn start(variables: &[(&str, &str)]) -> Self {
        let collector = Collector::start().await.unwrap();
        let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())];
        let mut configuration = bootstrap::configuration(&[&endpoint, variables].concat());
        configuration.max_concurrency = 1;
        let (sender, logs) = unbounded_channel();
        Self { collector, function: Function::new(configuration, sender), logs }
    }

    /// Invokes it with records of one group, of these data.
    pub(crate) async fn invoke(&self, records: &[impl AsRef<[u8]>]) -> Value {
        self.invoke_with_keys(&records.iter().map(|data| (KEY, data)).collect::<Vec<_>>()).await
    }

    /// The same, each with its partition key.
    pub(crate) async fn invoke_with_keys(&self, records: &[(&str, impl AsRef<[u8]>)]) -> Value {
        let answer = self.function.invoke(event(records).into()).await.unwrap();
        serde_json::from_slice(&answer).unwrap()
    }

    /// Ends it, once its telemetry is out.
    pub(crate) async fn finish(self) -> Outcome {
        let Self { collector, function, mut logs } = self;
        function.shutdown().await;
        let arn = function.configuration().arn();
        drop(function);
        let mut lines = Vec::new();
        while let Some(LogLine { line, .. }) = logs.recv().await {
            lines.extend(serde_json::from_str(&line).ok());
        }
        Outcome { spans: collector.spans(), arn, collector, lines }
    }
}

/// What reached the collector, and what was logged of records.
pub(crate) struct Outcome {
    pub(crate) collector: Collector,
    pub(crate) spans: Vec<Span>,
    pub(crate) arn: String,
    pub(crate) lines: Vec<Event>,
}

impl Outcome {
    /// The only span of this name.
    pub(crate) fn span(&self, name: &str) -> &Span {
        let [span] = self.spans(name)[..] else { panic!("not one span {name}: {:#?}", self.spans) };
        span
    }

    /// The spans of this name, in the order of their starts.
    pub(crate) fn spans(&self, name: &str) -> Vec<&Span> {
        let mut spans: Vec<_> = self.spans.iter().filter(|span| span.name == name).collect();
        spans.sort_by_key(|span| span.start_unix_nanos);
        spans
    }

    /// What Lambda's own trace id was, as trace id and span id.
    pub(crate) fn xray(&self) -> (String, String) {
        let span = self.spans.iter().find(|span| span.attributes.contains_key("xray")).unwrap();
        let header = span.attributes["xray"].to_string();
        let part = |name: &str| header.split(';').find_map(|part| part.strip_prefix(name)).unwrap().to_owned();
        (part("Root=1-").replace('-', ""), part("Parent="))
    }
}

/// Whom a span links to, as trace id and span id.
pub(crate) fn links(span: &Span) -> Vec<(String, String)> {
    span.links.iter().map(|link| (link.trace_id.clone(), link.span_id.clone())).collect()
}

pub(crate) fn answer_of(failures: &[&str]) -> Value {
    let failures: Vec<_> = failures.iter().map(|number| json!({ "itemIdentifier": number })).collect();
    json!({ "batchItemFailures": failures })
}

pub(crate) fn text(value: &str) -> AttributeValue {
    value.into()
}

/// The trace id and span id of the producer with this number.
pub(crate) fn sender(number: u64) -> (String, String) {
    (format!("4bf92f3577b34da6a3ce929d{number:08x}"), format!("00f067aa{number:08x}"))
}

pub(crate) fn traceparent(number: u64, flags: &str) -> String {
    let (trace_id, span_id) = sender(number);
    format!("00-{trace_id}-{span_id}-{flags}")
}

/// An envelope with the context of a sampled span of the producer with this number.
pub(crate) fn envelope(number: u64, payload: &str) -> String {
    envelope_with(&[("traceparent", &traceparent(number, "01"))], payload)
}

pub(crate) fn envelope_with(fields: &[(&str, &str)], payload: &str) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name:?}:{value:?}")).collect();
    format!(r#"{{"_otel":{{{}}},"data":"{payload}"}}"#, fields.join(","))
}

/// Sequence numbers are 8, 9, 10, …
fn event(records: &[(&str, impl AsRef<[u8]>)]) -> String {
    let event = testing::Event::new(STREAM).shard(SHARD).arrival(SystemTime::now() - AGE).first_sequence_number(8);
    records.iter().fold(event, |event, (key, data)| event.untraced(*key, data.as_ref())).to_json().to_string()
}
