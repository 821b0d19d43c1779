//! Where one signal goes, and how.

use std::time::Duration;

use super::compression::{Compression, compression};
use super::endpoint::Endpoint;
use super::exporters::Exporters;
use super::form::{Form, form};
use super::headers::{Headers, headers};
use super::names::Names;
use super::proxy::Proxy;
use super::reading::{Reading, shown};
use super::signing::Signing;
use super::tls::Tls;

/// What an exporter is told, so that it need not ask the environment.
#[derive(Debug)]
pub(in crate::telemetry) struct Signal {
    pub(in crate::telemetry) exporters: Exporters,
    /// For one request.
    pub(in crate::telemetry) timeout: Duration,
    /// The URL, with the signal's path.
    pub(in crate::telemetry) endpoint: String,
    pub(in crate::telemetry) headers: Headers,
    pub(in crate::telemetry) form: Form,
    pub(in crate::telemetry) compression: Compression,
    /// Certificates and keys of its connection.
    pub(in crate::telemetry) tls: Tls,
    /// What stands between it and the endpoint.
    pub(in crate::telemetry) proxy: Option<Proxy>,
    /// For an endpoint that takes signed requests only.
    pub(in crate::telemetry) signing: Option<Signing>,
}

const DEFAULT_ENDPOINT: &str = "http://localhost:4318";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

impl Signal {
    pub(super) fn read(reading: &mut Reading<'_>, names: Names) -> Self {
        let exporter = format!("OTEL_{}_EXPORTER", names.variable);
        let exporters = Exporters::read(reading, &exporter, names.exporters);
        if !exporters.otlp {
            return Self { exporters, ..Self::without_collector() };
        }
        let [own, general] = names.variables("HEADERS");
        let endpoint = endpoint(reading, names);
        let headers = headers(reading, &[&own, &general]);
        let signing = match Signing::read(reading, names.variable, &endpoint, &headers) {
            Ok(signing) => signing,
            Err(reason) => {
                reading.tell(reason);
                return Self { exporters: Exporters { otlp: false, ..exporters }, ..Self::without_collector() };
            }
        };
        let form = form(reading, &names.variables("PROTOCOL"), &endpoint);
        Self {
            exporters,
            timeout: timeout(reading, names),
            headers,
            form,
            compression: compression(reading, names),
            tls: Tls::read(reading, names, &endpoint),
            proxy: Proxy::read(reading, &endpoint),
            signing,
            endpoint,
        }
    }

    /// What would count for a collector is not judged.
    pub(super) fn without_collector() -> Self {
        Self {
            exporters: Exporters::default(),
            timeout: DEFAULT_TIMEOUT,
            endpoint: DEFAULT_ENDPOINT.to_owned(),
            headers: Headers::new(),
            form: Form::Protobuf,
            compression: Compression::None,
            tls: Tls::default(),
            proxy: None,
            signing: None,
        }
    }

    pub(in crate::telemetry) fn is_exported(&self) -> bool {
        self.exporters.is_any()
    }
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
