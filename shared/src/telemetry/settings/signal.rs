//! Where one signal goes, and how.

use std::time::Duration;

use super::endpoint::Endpoint;
use super::headers::{Headers, headers};
use super::reading::{Reading, elements, shown};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exporter {
    Otlp,
    None,
}

/// What an exporter is told, so that it need not ask the environment.
#[derive(Debug)]
pub(in crate::telemetry) struct Signal {
    pub(super) exporter: Exporter,
    /// For one request.
    pub(in crate::telemetry) timeout: Duration,
    /// The URL, with the signal's path.
    pub(in crate::telemetry) endpoint: String,
    pub(in crate::telemetry) headers: Headers,
}

/// A signal by the names that variables and URLs have for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// `TRACES`
    pub(super) variable: &'static str,
    path: &'static str,
    /// How long the one that hands batches to the exporter would wait for it.
    export_timeout: &'static str,
}

pub(super) const TRACES: Names =
    Names { variable: "TRACES", path: "/v1/traces", export_timeout: "OTEL_BSP_EXPORT_TIMEOUT" };
pub(super) const METRICS: Names =
    Names { variable: "METRICS", path: "/v1/metrics", export_timeout: "OTEL_METRIC_EXPORT_TIMEOUT" };

const DEFAULT_ENDPOINT: &str = "http://localhost:4318";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

impl Names {
    /// The signal's own variable, and the one for all signals.
    pub(super) fn variables(self, what: &str) -> [String; 2] {
        [format!("OTEL_EXPORTER_OTLP_{}_{what}", self.variable), format!("OTEL_EXPORTER_OTLP_{what}")]
    }
}

impl Signal {
    pub(super) fn read(reading: &mut Reading<'_>, names: Names) -> Self {
        let exporter = exporter(reading, names);
        if exporter == Exporter::None {
            return Self { exporter, timeout: DEFAULT_TIMEOUT, endpoint: String::new(), headers: Headers::new() };
        }
        protocol(reading, names);
        let [own, general] = names.variables("HEADERS");
        Self {
            exporter,
            timeout: timeout(reading, names),
            endpoint: endpoint(reading, names),
            headers: headers(reading, &[&own, &general]),
        }
    }

    pub(in crate::telemetry) fn is_exported(&self) -> bool {
        self.exporter != Exporter::None
    }
}

fn exporter(reading: &mut Reading<'_>, names: Names) -> Exporter {
    let name = format!("OTEL_{}_EXPORTER", names.variable);
    let Some(value) = reading.get(&name) else { return Exporter::Otlp };
    let all: Vec<_> = elements(value).collect();
    let has = |exporter: &str| all.iter().any(|name| name == exporter);
    let (exporter, instead) =
        if has("none") && !has("otlp") { (Exporter::None, "none") } else { (Exporter::Otlp, "otlp") };
    if all.iter().any(|name| name != instead) || all.is_empty() {
        reading.not_understood(&name, value, instead, "only otlp and none are built in");
    }
    exporter
}

/// There is one only.
fn protocol(reading: &mut Reading<'_>, names: Names) {
    const BUILT_IN: &str = "http/protobuf";
    let [own, general] = names.variables("PROTOCOL");
    let parse = |value: &str| value.eq_ignore_ascii_case(BUILT_IN).then_some(());
    let hint = "only http/protobuf is built in. Collectors take it at port 4318, and grpc at 4317";
    reading.first(&[&own, &general], parse, ((), BUILT_IN), hint);
}

/// The shorter one of what the exporter allows for a request, and the span processor or the metric reader for an export.
fn timeout(reading: &mut Reading<'_>, names: Names) -> Duration {
    let [own, general] = names.variables("TIMEOUT");
    let request = reading.timeout(&[&own, &general], (Some(DEFAULT_TIMEOUT), "10000")).unwrap_or(DEFAULT_TIMEOUT);
    let export = reading.timeout(&[names.export_timeout], (None, "the exporter's timeout"));
    export.map_or(request, |export| export.min(request))
}

/// By the first variable with a URL of a collector.
fn endpoint(reading: &mut Reading<'_>, names: Names) -> String {
    let [own, general] = names.variables("ENDPOINT");
    let mut malformed = Vec::new();
    let mut found = format!("{DEFAULT_ENDPOINT}{}", names.path);
    for name in [&own, &general] {
        let Some(value) = reading.get(name) else { continue };
        match Endpoint::parse(value) {
            Ok(endpoint) => {
                let is_base = name == ENDPOINT;
                tell_of(reading, name, value, &endpoint, is_base);
                found = if is_base { endpoint.below(names.path) } else { endpoint.as_is() };
                break;
            }
            Err(reason) => malformed.push((name, value, reason)),
        }
    }
    for (name, value, reason) in malformed {
        // Of the general one both signals say the same.
        let instead = if name == ENDPOINT { DEFAULT_ENDPOINT.to_owned() } else { Endpoint::without_secrets(&found) };
        reading.not_understood(name, &Endpoint::without_secrets(value), instead, reason);
    }
    found
}

/// What is odd about an endpoint that is used.
fn tell_of(reading: &mut Reading<'_>, name: &str, value: &str, endpoint: &Endpoint, is_base: bool) {
    let value = shown(&Endpoint::without_secrets(value));
    if endpoint.names_user() {
        reading.tell(format!(
            "{name}={value} has a user, which is not sent: use OTEL_EXPORTER_OTLP_HEADERS=authorization=Basic%20…"
        ));
    }
    if is_base && endpoint.ends_with_signal() {
        reading.tell(format!(
            "{name}={value} is a base URL, and /v1/traces and /v1/metrics are added to it: remove its own, or set \
             OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
        ));
    }
}

#[cfg(test)]
mod tests;
