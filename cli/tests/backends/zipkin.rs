//! Zipkin, which takes no OTLP: a collector translates.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::process::{Process, folder, free_port, program};
use crate::requests::get_json;
use crate::trace::{Link, Span, Traces};

pub(crate) struct Zipkin {
    process: Process,
    /// Where it takes spans, and answers.
    pub(crate) api: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ZipkinSpan {
    trace_id: String,
    parent_id: Option<String>,
    id: String,
    kind: Option<String>,
    name: Option<String>,
    local_endpoint: Option<Endpoint>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    service_name: Option<String>,
}

impl Zipkin {
    /// With traces in memory.
    pub(crate) async fn start() -> Self {
        let port = free_port();
        let mut command = program("java");
        command.arg("-jar").arg(folder().join("zipkin/zipkin-server-exec.jar")).env("STORAGE_TYPE", "mem");
        // Its own variable, QUERY_PORT, would have it listen at every address.
        command.args(
            [("ip", "127.0.0.1"), ("port", &port.to_string()), ("protocols[0]", "http")]
                .map(|(name, value)| format!("--armeria.ports[0].{name}={value}")),
        );
        let process = Process::start("zipkin", command);
        let mut zipkin = Self { process, api: format!("http://127.0.0.1:{port}/api/v2") };
        let services = format!("{}/services", zipkin.api);
        zipkin.process.until("it answers", async || get_json::<Value>(&services).await).await;
        zipkin
    }

    /// All traces, once they have so many spans.
    pub(crate) async fn traces(&mut self, spans: usize) -> Traces {
        let api = self.api.clone();
        let all = async || {
            let mut traces = Traces::new();
            for name in get_json::<Vec<String>>(&format!("{api}/services")).await? {
                let url = format!("{api}/traces?serviceName={name}&limit=100000");
                let found: Vec<Vec<ZipkinSpan>> = get_json(&url).await?;
                let named = found.into_iter().filter_map(|spans| Some((spans.first()?.trace_id.clone(), spans)));
                traces.extend(named.map(|(id, spans)| (id, spans.into_iter().map(ZipkinSpan::read).collect())));
            }
            (traces.values().map(Vec::len).sum::<usize>() >= spans).then_some(traces)
        };
        self.process.until(&format!("it has {spans} spans"), all).await
    }
}

impl ZipkinSpan {
    fn read(self) -> Span {
        let links = self.tags.iter().filter(|(name, _)| name.starts_with("otlp.link.")).map(|(_, text)| link(text));
        let kind = self.kind.as_ref().or(self.tags.get("span.kind")).map(|kind| kind.to_lowercase());
        Span {
            id: self.id,
            parent: self.parent_id,
            service: self.local_endpoint.and_then(|endpoint| endpoint.service_name).unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            kind: kind.unwrap_or_default(),
            links: links.collect(),
            attributes: self.tags,
            warnings: Vec::new(),
        }
    }
}

/// Zipkin has no links. The collector makes tags of them: `trace|span|state|attributes|dropped`.
fn link(text: &str) -> Link {
    let mut parts = text.split('|').map(str::to_owned);
    Link { trace: parts.next().unwrap(), span: parts.next().unwrap() }
}
