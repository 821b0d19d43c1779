//! What is seen of a process.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use crate::collector::Request;

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) requests: Vec<Request>,
    pub(crate) stdout: String,
    /// What it says of itself.
    pub(crate) said: Vec<String>,
    /// What it complains of variables.
    pub(crate) lines: Vec<String>,
}

impl Seen {
    /// By the names that rows have for it.
    pub(crate) fn of(&self, what: &str) -> String {
        let limited = || self.spans().into_iter().find(|span| span.name == "limited").unwrap_or_default();
        match what {
            "targets" => {
                let targets: BTreeSet<_> = self.requests.iter().map(|request| request.target.as_str()).collect();
                targets.into_iter().collect::<Vec<_>>().join(" ")
            }
            "spans" => self.spans().len().to_string(),
            "largest batch" => {
                let batches = self.traces().map(|request| spans_of(&request).len());
                batches.max().unwrap_or_default().to_string()
            }
            "attributes" => limited().attributes.len().to_string(),
            "events" => limited().events.len().to_string(),
            "links" => limited().links.len().to_string(),
            "event attributes" => limited().events.first().map_or(0, |event| event.attributes.len()).to_string(),
            "link attributes" => limited().links.first().map_or(0, |link| link.attributes.len()).to_string(),
            "temporality" => self.temporality(),
            _ => self.written(what).or_else(|| self.of_logs(what)).unwrap_or_else(|| self.named(what)),
        }
    }

    /// In JSON, or on standard output.
    fn written(&self, what: &str) -> Option<String> {
        let on_console = |what: &str| self.stdout.lines().filter(|line| line.contains(what)).count().to_string();
        Some(match what {
            "traces on the console" => on_console("Z span "),
            "metrics on the console" => on_console("Z metric "),
            "logs on the console" => on_console("Z log "),
            "traces in lines" => self.lines_with("resourceSpans"),
            "metrics in lines" => self.lines_with("resourceMetrics"),
            "logs in lines" => self.lines_with("resourceLogs"),
            "traces in json" => self.in_json("traces", "resourceSpans"),
            "metrics in json" => self.in_json("metrics", "resourceMetrics"),
            "logs in json" => self.in_json("logs", "resourceLogs"),
            _ => return None,
        })
    }

    fn of_logs(&self, what: &str) -> Option<String> {
        let count = match what {
            "log records" => self.log_records().len(),
            "log requests" => self.requests.iter().filter(|request| request.target.ends_with("logs")).count(),
            "log records in the span" => {
                let span = self.spans().into_iter().find(|span| span.name == "limited")?;
                let is_in_it = |record: &&LogRecord| record.span_id == span.span_id && record.trace_id == span.trace_id;
                self.log_records().iter().filter(is_in_it).count()
            }
            _ => return None,
        };
        Some(count.to_string())
    }

    fn named(&self, what: &str) -> String {
        if let Some(key) = what.strip_prefix("resource ") {
            return self.resources().iter().find_map(|resource| attribute(resource, key)).unwrap_or_default();
        }
        if let Some((path, name)) = what.split_once(" header ") {
            let of_signal = |request: &&Request| request.target.ends_with(path);
            let request = self.requests.iter().find(of_signal);
            return request.and_then(|request| request.headers.get(name).cloned()).unwrap_or_default();
        }
        let said = self.said.iter().find_map(|said| said.strip_prefix(what)?.strip_prefix('='));
        said.unwrap_or_default().to_owned()
    }

    /// Of OTLP, on standard output.
    fn lines_with(&self, member: &str) -> String {
        let lines = self.stdout.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        lines.filter(|line| line[member].is_array()).count().to_string()
    }

    /// How many requests, of those with this path, are JSON and have that member.
    fn in_json(&self, path: &str, member: &str) -> String {
        let of_signal = self.requests.iter().filter(|request| request.target.ends_with(path));
        let bodies = of_signal.filter_map(|request| serde_json::from_slice::<serde_json::Value>(&request.body).ok());
        bodies.filter(|body| body[member].is_array()).count().to_string()
    }

    fn traces(&self) -> impl Iterator<Item = ExportTraceServiceRequest> {
        // Whatever the path: what is no such request has no spans in it.
        let traces = self.requests.iter().filter(|request| !request.target.ends_with("metrics"));
        traces.filter_map(|request| ExportTraceServiceRequest::decode(&request.body[..]).ok())
    }

    fn metrics(&self) -> impl Iterator<Item = ExportMetricsServiceRequest> {
        let metrics = self.requests.iter().filter(|request| request.target.ends_with("metrics"));
        metrics.filter_map(|request| ExportMetricsServiceRequest::decode(&request.body[..]).ok())
    }

    fn spans(&self) -> Vec<Span> {
        self.traces().flat_map(|request| spans_of(&request)).collect()
    }

    fn log_records(&self) -> Vec<LogRecord> {
        let logs = self.requests.iter().filter(|request| request.target.ends_with("logs"));
        let logs = logs.filter_map(|request| ExportLogsServiceRequest::decode(&request.body[..]).ok());
        let scopes = logs.flat_map(|request| request.resource_logs).flat_map(|logs| logs.scope_logs);
        scopes.flat_map(|scope| scope.log_records).collect()
    }

    fn resources(&self) -> Vec<Resource> {
        let traces = self.traces().flat_map(|request| request.resource_spans).filter_map(|spans| spans.resource);
        let metrics = self.metrics().flat_map(|request| request.resource_metrics);
        traces.chain(metrics.filter_map(|metrics| metrics.resource)).collect()
    }

    fn temporality(&self) -> String {
        let scopes =
            self.metrics().flat_map(|request| request.resource_metrics).flat_map(|metrics| metrics.scope_metrics);
        let data = scopes.flat_map(|scope| scope.metrics).filter(|metric| metric.name == "counter");
        let sums = data.filter_map(|metric| match metric.data {
            Some(Data::Sum(sum)) => Some(sum.aggregation_temporality().as_str_name().to_owned()),
            _ => None,
        });
        sums.last().unwrap_or_default()
    }
}

fn spans_of(request: &ExportTraceServiceRequest) -> Vec<Span> {
    let scopes = request.resource_spans.iter().flat_map(|spans| &spans.scope_spans);
    scopes.flat_map(|scope| scope.spans.iter().cloned()).collect()
}

fn attribute(resource: &Resource, key: &str) -> Option<String> {
    let attribute = resource.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}
