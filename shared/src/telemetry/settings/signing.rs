//! Whether an endpoint takes signed requests only, and for which service and region. Pure.

use std::fmt;
use std::net::IpAddr;

use http::header::AUTHORIZATION;

use super::cloudwatch_host::CloudWatchHost;
use super::endpoint::Endpoint;
use super::headers::Headers;
use super::reading::Reading;

/// What a signature is made for, by Signature Version 4 of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::telemetry) struct Signing {
    pub(in crate::telemetry) service: String,
    pub(in crate::telemetry) region: String,
}

/// The service that has CloudWatch's endpoint for spans.
const TAKES_SPANS: &str = "xray";

/// What that endpoint takes of them in a request, and the largest one, in bytes
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html>).
const MAX_SPANS: usize = 10_000;
const MAX_SPAN_BYTES: usize = 200_000;

const HINT: &str = "write SERVICE/REGION, such as osis/eu-central-1, or SERVICE with AWS_REGION set";

impl Signing {
    /// `endpoint` is the whole URL, `headers` are those that users name, and `signal` is `TRACES`, say. An error says why nothing can
    /// be sent there.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        signal: &str,
        endpoint: &str,
        headers: &Headers,
    ) -> Result<Option<Self>, String> {
        let Ok(url) = Endpoint::parse(endpoint) else { return Ok(None) };
        let named = named(reading, signal);
        if headers.iter().any(|(name, _)| name == AUTHORIZATION) {
            if let Some((name, value, _)) = named {
                let reason =
                    "OTEL_EXPORTER_OTLP_HEADERS has an authorization header, which is sent instead of a signature";
                reading.no_effect(&name, &value, reason);
            }
            return Ok(None);
        }
        let is_named = named.is_some();
        let Some(signing) = named.map(|(_, _, signing)| signing).or_else(|| Self::of_host(url.host())) else {
            return Ok(None);
        };
        let endpoint = Endpoint::without_secrets(endpoint);
        match unusable(&signing, is_named, signal, &url) {
            Some(reason) => Err(format!("no {} are exported: {endpoint} {reason}", signal.to_lowercase())),
            None => Ok(Some(signing)),
        }
    }

    /// By the host of an endpoint of CloudWatch.
    fn of_host(host: &str) -> Option<Self> {
        let host = CloudWatchHost::parse(host)?;
        Some(Self { service: host.service.to_owned(), region: host.region })
    }

    /// `xray/eu-central-1`, or `xray` for the region of this process.
    fn parse(text: &str, own_region: Option<&str>) -> Option<Self> {
        let (service, region) = match text.split_once('/') {
            Some(both) => both,
            None => (text, own_region?),
        };
        let is_name = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let signing = Self { service: service.trim().to_owned(), region: region.trim().to_owned() };
        (is_name(&signing.service) && is_name(&signing.region)).then_some(signing)
    }

    /// How many spans a request may have, where that is known.
    pub(super) fn max_spans(&self) -> Option<usize> {
        self.takes_spans().then_some(MAX_SPANS)
    }

    /// How large a span may be, in bytes, where that is known.
    pub(in crate::telemetry) fn max_span_bytes(&self) -> Option<usize> {
        self.takes_spans().then_some(MAX_SPAN_BYTES)
    }

    /// As CloudWatch's endpoint does.
    fn takes_spans(&self) -> bool {
        self.service == TAKES_SPANS
    }
}

impl fmt::Display for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.region)
    }
}

/// What the signal's own variable names, or the one for all signals, with its name and value.
fn named(reading: &mut Reading<'_>, signal: &str) -> Option<(String, String, Signing)> {
    let variables = [format!("KINETRACE_OTLP_{signal}_SIGV4"), "KINETRACE_OTLP_SIGV4".to_owned()];
    let region = reading.get("AWS_REGION").or_else(|| reading.get("AWS_DEFAULT_REGION"));
    for name in variables {
        let Some(value) = reading.get(&name) else { continue };
        match Signing::parse(value, region) {
            Some(signing) => return Some((name, value.to_owned(), signing)),
            None => reading.not_understood(&name, value, "the endpoint's host", HINT),
        }
    }
    None
}

/// Why nothing can be sent to the endpoint, if that is so.
fn unusable(signing: &Signing, is_named: bool, signal: &str, url: &Endpoint) -> Option<String> {
    if !cfg!(feature = "sigv4") {
        return Some(format!(
            "takes requests that are signed for {signing}, and this program is built without: turn on the feature `sigv4` of \
             kinetrace or kinetrace-consumer"
        ));
    }
    if !url.is_https() && !is_loopback(url.host()) {
        return Some("is not https://, and what a signature comes with must not be read on the way".to_owned());
    }
    let host = CloudWatchHost::parse(url.host()).filter(|_| !is_named)?;
    let path = signal.to_lowercase();
    if host.signal == signal {
        let whole = format!("set OTEL_EXPORTER_OTLP_{signal}_ENDPOINT={}/v1/{path}", url.origin());
        return url.is_without_path().then(|| format!("has no path: {whole}"));
    }
    let (takes, own) = (host.signal.to_lowercase(), host.of_signal(signal)?);
    Some(format!(
        "takes {takes} only: set OTEL_EXPORTER_OTLP_{signal}_ENDPOINT=https://{own}/v1/{path}, or OTEL_{signal}_EXPORTER=none"
    ))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
