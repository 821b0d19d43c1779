//! Where spans are forwarded to, and with which headers, as the variables of OTLP exporters say.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>

use std::fmt;
use std::time::Duration;

use axum::http::uri::InvalidUri;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::collector::protocol::TRACES;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const TRACES_HEADERS: &str = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";
const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
const TRACES_TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT";

/// What exporters have, and forwarding has not; and what it does instead.
const WITHOUT_EFFECT: [(&str, &[&str], &str); 4] = [
    ("PROTOCOL", &["http/protobuf"], "spans are forwarded over HTTP, as protobuf"),
    ("COMPRESSION", &["none"], "spans are forwarded as they are"),
    ("CERTIFICATE", &[], "an https endpoint needs a certificate of a public authority"),
    ("CLIENT_CERTIFICATE", &[], "spans are forwarded without one"),
];

/// Exporters' own default.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// An OTLP/HTTP receiver of spans. Its [`Display`](fmt::Display) text is the URL without user, password and query.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The variable that named it.
    pub(in crate::collector) variable: &'static str,
    pub(in crate::collector) url: Uri,
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
}

/// A variable names no destination. A header's value is not quoted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DestinationError {
    /// It is not a URL.
    #[error("{variable}={value:?} is not a URL of a receiver: {reason}; use one such as http://localhost:4318")]
    Url {
        /// The variable.
        variable: &'static str,
        /// Without user, password and query.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is not a list of headers.
    #[error("{variable} is not understood at its entry {entry}: use name=value,name=value, with % escapes in values")]
    Headers {
        /// The variable.
        variable: &'static str,
        /// Counted from 1.
        entry: usize,
    },
    /// It is not a time.
    #[error("{variable}={value:?} is not understood: use milliseconds, such as 10000")]
    Timeout {
        /// The variable.
        variable: &'static str,
        /// What it says.
        value: String,
    },
}

impl Destination {
    /// By `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS` and `_TIMEOUT`, each of which gives way to the one for traces, such as
    /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, whose URL is taken as it is. `None` if no endpoint is named, or no spans are
    /// wanted there: `OTEL_SDK_DISABLED=true`, `OTEL_TRACES_EXPORTER=none`.
    ///
    /// # Errors
    ///
    /// A variable is malformed.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, DestinationError> {
        let get = |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let says = |name: &str, value: &str| get(name).is_some_and(|it| it.eq_ignore_ascii_case(value));
        if says("OTEL_SDK_DISABLED", "true") || says("OTEL_TRACES_EXPORTER", "none") {
            return Ok(None);
        }
        let either = |own, of_all| get(own).map(|it| (own, it)).or_else(|| Some((of_all, get(of_all)?)));
        let Some((variable, endpoint)) = either(TRACES_ENDPOINT, ENDPOINT) else { return Ok(None) };
        let headers = either(TRACES_HEADERS, HEADERS).map(|(variable, text)| headers(variable, &text)).transpose()?;
        let timeout =
            either(TRACES_TIMEOUT, TIMEOUT).map(|(variable, text)| milliseconds(variable, &text)).transpose()?;
        Ok(Some(Self {
            variable,
            url: url(variable, &endpoint)?,
            headers: headers.unwrap_or_default(),
            timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        }))
    }

    /// Each variable for exporters that is set and has no effect here, and what is done instead.
    pub fn without_effect(lookup: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, alike, instead) in WITHOUT_EFFECT {
            for variable in [format!("OTEL_EXPORTER_OTLP_TRACES_{name}"), format!("OTEL_EXPORTER_OTLP_{name}")] {
                let value = lookup(&variable).unwrap_or_default();
                if !value.trim().is_empty() && !alike.contains(&value.trim()) {
                    lines.push(format!("{variable} has no effect here: {instead}"));
                }
            }
        }
        lines
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&public(&self.url.to_string()))
    }
}

/// The one that is for all signals is a base.
fn url(variable: &'static str, endpoint: &str) -> Result<Uri, DestinationError> {
    let refuse = |reason: String| DestinationError::Url { variable, value: public(endpoint), reason };
    let parsed = match variable {
        ENDPOINT => format!("{}{TRACES}", endpoint.trim_end_matches('/')).parse(),
        _ => endpoint.parse(),
    };
    let uri: Uri = parsed.map_err(|error: InvalidUri| refuse(error.to_string()))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(host)) if !host.is_empty() => Ok(uri),
        (Some("http" | "https"), _) => Err(refuse("it names no host".to_owned())),
        _ => Err(refuse("it begins with neither http:// nor https://".to_owned())),
    }
}

/// Without user, password, query and fragment, any of which may be a secret.
fn public(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{host}{path}")
}

fn headers(variable: &'static str, text: &str) -> Result<HeaderMap, DestinationError> {
    let mut headers = HeaderMap::new();
    for (index, entry) in text.split(',').enumerate().filter(|(_, entry)| !entry.trim().is_empty()) {
        let (name, value) = header(entry).ok_or(DestinationError::Headers { variable, entry: index + 1 })?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn header(entry: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = entry.split_once('=')?;
    let mut value = HeaderValue::from_bytes(&decoded(value.trim())?).ok()?;
    value.set_sensitive(true);
    Some((name.trim().parse().ok()?, value))
}

/// Values are percent-encoded, as those of baggage are.
fn decoded(value: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    Some(bytes)
}

fn milliseconds(variable: &'static str, text: &str) -> Result<Duration, DestinationError> {
    let malformed = || DestinationError::Timeout { variable, value: text.to_owned() };
    text.parse().ok().filter(|time| *time > 0).map(Duration::from_millis).ok_or_else(malformed)
}

#[cfg(test)]
mod tests;
