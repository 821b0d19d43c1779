//! Jaeger, which takes OTLP itself.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::process::{Process, folder, free_port, program, repository};
use crate::requests::get_json;
use crate::trace::{Link, Span, Traces};

pub(crate) struct Jaeger {
    process: Process,
    /// Of its query API, which is the one of its UI.
    pub(crate) api: String,
    /// What goes into `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub(crate) endpoint: String,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trace {
    #[serde(rename = "traceID")]
    trace_id: String,
    spans: Vec<JaegerSpan>,
    processes: BTreeMap<String, JaegerProcess>,
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JaegerSpan {
    #[serde(rename = "spanID")]
    span_id: String,
    operation_name: String,
    references: Vec<Reference>,
    tags: Vec<Tag>,
    #[serde(rename = "processID")]
    process_id: String,
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    ref_type: String,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JaegerProcess {
    service_name: String,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    key: String,
    value: Value,
}

impl Jaeger {
    /// With traces in memory. `adjust` is its `max_clock_skew_adjust`, such as `0s`, which it has by default.
    pub(crate) async fn start(adjust: &str) -> Self {
        let [otlp, query, grpc] = [free_port(), free_port(), free_port()];
        let mut command = program(folder().join("bin/jaeger"));
        command.arg("--config").arg(repository().join("interop/backends/jaeger.yaml"));
        command.envs(
            [("OTLP_PORT", otlp), ("QUERY_PORT", query), ("GRPC_PORT", grpc)]
                .map(|(name, port)| (name, port.to_string())),
        );
        command.env("CLOCK_SKEW_ADJUST", adjust);
        let process = Process::start("jaeger", command);
        let [api, endpoint] = [query, otlp].map(|port| format!("http://127.0.0.1:{port}"));
        let mut jaeger = Self { process, api: format!("{api}/api"), endpoint };
        let services = format!("{}/services", jaeger.api);
        jaeger.process.until("it answers", async || get_json::<Value>(&services).await).await;
        jaeger
    }

    /// All traces, once they have so many spans.
    pub(crate) async fn traces(&mut self, spans: usize) -> Traces {
        let api = self.api.clone();
        let all = async || {
            let mut traces = Traces::new();
            for name in get_json::<Answer<Vec<String>>>(&format!("{api}/services")).await?.data {
                let url = format!("{api}/traces?service={name}&limit=100000&lookback=1h");
                traces.extend(get_json::<Answer<Vec<Trace>>>(&url).await?.data.into_iter().map(Trace::read));
            }
            (traces.values().map(Vec::len).sum::<usize>() >= spans).then_some(traces)
        };
        self.process.until(&format!("it has {spans} spans"), all).await
    }
}

impl Trace {
    fn read(self) -> (String, Vec<Span>) {
        assert_eq!(self.warnings.unwrap_or_default(), [""; 0], "of the whole trace");
        let spans = self.spans.into_iter().map(|span| span.read(&self.trace_id, &self.processes));
        (self.trace_id.clone(), spans.collect())
    }
}

impl JaegerSpan {
    fn read(self, trace_id: &str, processes: &BTreeMap<String, JaegerProcess>) -> Span {
        let process = &processes[&self.process_id];
        let (parents, links): (Vec<_>, Vec<_>) = self.references.into_iter().partition(|it| it.ref_type == "CHILD_OF");
        assert!(parents.iter().all(|parent| parent.trace_id == trace_id), "a parent in another trace");
        let attributes: BTreeMap<_, _> = self.tags.iter().chain(&process.tags).map(Tag::read).collect();
        Span {
            id: self.span_id,
            parent: parents.into_iter().next().map(|parent| parent.span_id),
            service: process.service_name.clone(),
            name: self.operation_name,
            kind: attributes.get("span.kind").cloned().unwrap_or_default(),
            links: links.into_iter().map(|it| Link { trace: it.trace_id, span: it.span_id }).collect(),
            attributes,
            warnings: self.warnings.unwrap_or_default(),
        }
    }
}

impl Tag {
    fn read(&self) -> (String, String) {
        let text = self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned);
        (self.key.clone(), text)
    }
}
