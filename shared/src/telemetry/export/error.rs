//! Why an export failed: the cause, the address, and the way out, on one line.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode, Uri};

use super::answer::Refused;
use super::no_answer::NoAnswer;
use super::secrets::{MAX_EXCERPT, excerpt, saying};
use super::signing;
use super::way::Way;
use crate::causes::Causes;
use crate::one_line::one_line;

#[derive(Debug)]
pub(super) enum ExportError {
    /// There is no request: it is too large for the exporter, say.
    Encoding(String),
    /// There is nothing to sign it with, for this reason.
    Credentials(String),
    /// What came in the place of an answer.
    NoAnswer(NoAnswer, Box<dyn Error + Send + Sync>, Arc<Way>),
    /// Within so much time.
    Timeout(Duration, Arc<Way>),
    Refused(Refused, Arc<Way>),
    /// Standard output takes nothing.
    Output(io::Error),
}

/// What one line reports, and the next of the same kind need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Too many wait.
    NoRoom,
    /// There was no time at the end of the program.
    Ended,
    Encoding,
    Credentials,
    NoAnswer(NoAnswer),
    Timeout,
    Status(StatusCode),
    /// A success that no collector would write.
    Foreign,
    /// A span alone is larger than the endpoint takes.
    Oversize,
    /// A partial success.
    Rejected,
    Output,
    /// A bug.
    Panicked,
}

impl ExportError {
    /// Of what the SDK's exporter has made.
    pub(super) fn not_otlp() -> Self {
        Self::Encoding("its bytes are not OTLP, which is a bug".to_owned())
    }

    pub(super) fn cause(&self) -> Cause {
        match self {
            Self::Encoding(_) => Cause::Encoding,
            Self::Credentials(_) => Cause::Credentials,
            Self::Output(_) => Cause::Output,
            Self::NoAnswer(kind, ..) => Cause::NoAnswer(*kind),
            Self::Timeout(..) => Cause::Timeout,
            Self::Refused(Refused { is_foreign: Some(_), .. }, _) => Cause::Foreign,
            Self::Refused(refused, _) => Cause::Status(refused.status),
        }
    }

    /// `headers` are the request's, whose values are not told, should the collector quote them.
    pub(super) fn tell(&self, uri: &Uri, headers: &HeaderMap) -> String {
        let address = address(uri);
        match self {
            Self::Encoding(error) => format!("a request could not be made: {}", one_line(error, MAX_EXCERPT)),
            Self::Credentials(error) => format!(
                "{address} takes signed requests only, and there are no credentials of AWS: {}; a function has those of its role \
                 in its environment, and a container has an endpoint for them",
                one_line(error, MAX_EXCERPT)
            ),
            Self::NoAnswer(kind, error, way) => {
                format!("no answer from {address}{}: {}; {}", way.through(), Causes(error.as_ref()), kind.way_out(way))
            }
            Self::Output(error) => {
                format!("standard output takes nothing: {error}; look at what reads it, or choose another exporter")
            }
            Self::Timeout(limit, way) => format!(
                "no answer from {address}{} within {limit:?} (OTEL_EXPORTER_OTLP_TIMEOUT); the collector hangs, or a firewall or \
                 security group swallows what is sent there",
                way.through()
            ),
            Self::Refused(Refused { status, is_foreign: Some(kind), text, .. }, way) => format!(
                "{address}{} answered {status} with {}, as no collector does{}; a proxy or a login page may stand there",
                way.through(),
                excerpt(kind, headers),
                saying(text, headers)
            ),
            Self::Refused(refused, way) => {
                let to = refused.location.as_deref().filter(|_| refused.status.is_redirection());
                let to = to.map(|to| format!(" to {}", excerpt(&target(to), headers))).unwrap_or_default();
                let of_signature = refused.signing.as_ref().and_then(|signing| signing::way_out(refused, signing));
                let way_out = match of_signature {
                    Some(way_out) => format!("; {way_out}"),
                    None => way_out(refused.status, uri),
                };
                let (through, saying) = (way.through(), saying(&refused.text, headers));
                format!("{address}{through} answered {}{to}{saying}{way_out}", refused.status)
            }
        }
    }
}

/// Without what may be secret in it: user, password and query.
pub(super) fn address(uri: &Uri) -> String {
    let (scheme, authority) =
        (uri.scheme_str().unwrap_or("http"), uri.authority().map_or("", http::uri::Authority::as_str));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    one_line(&format!("{scheme}://{host}{}", uri.path()), MAX_EXCERPT).into_owned()
}

/// Of a redirect.
fn target(location: &str) -> String {
    match location.parse::<Uri>() {
        Ok(uri) if uri.authority().is_some() => address(&uri),
        Ok(uri) => uri.path().to_owned(),
        Err(_) => "an address that is none".to_owned(),
    }
}

fn way_out(status: StatusCode, uri: &Uri) -> String {
    let text = match status.as_u16() {
        300..=399 => "redirects are not followed: name that address in OTEL_EXPORTER_OTLP_ENDPOINT, without /v1/traces",
        400 if status == StatusCode::BAD_REQUEST => {
            "is it a collector of OTLP over HTTP, and does the port expect https://?"
        }
        401 | 403 => "look at OTEL_EXPORTER_OTLP_HEADERS: it may be missing, malformed, or out of date",
        404 | 405 if is_doubled(uri.path()) => {
            "the path is doubled: OTEL_EXPORTER_OTLP_ENDPOINT is a base, to which /v1/traces and /v1/metrics are added"
        }
        404 | 405 => {
            "look at path and port: OTEL_EXPORTER_OTLP_ENDPOINT is a base, to which /v1/traces and /v1/metrics are added, and \
             OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and _METRICS_ENDPOINT are whole; or the backend takes none"
        }
        407 => {
            "the proxy wants a user and a password, or others: write them into its URL, as in http://USER:PASSWORD@HOST:PORT"
        }
        413 => "it takes less than one span or metric needs: a limit of the collector or of a proxy before it",
        415 => "it may take the other form only: OTEL_EXPORTER_OTLP_PROTOCOL is http/protobuf or http/json",
        429 => "it takes fewer: a quota or a rate limit of the backend",
        500..=599 => "the collector, or what stands before it, is in trouble: look at its log",
        _ => return String::new(),
    };
    format!("; {text}")
}

/// `/v1/traces/v1/traces`, or of one signal below the other's.
fn is_doubled(path: &str) -> bool {
    path.matches("/v1/").count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_user_and_query() {
        for (uri, told) in [
            ("http://collector:4318/v1/traces", "http://collector:4318/v1/traces"),
            ("https://user:pass@host/base/v1/traces?api_key=secret", "https://host/base/v1/traces"),
            ("http://[::1]:4318/", "http://[::1]:4318/"),
        ] {
            assert_eq!(address(&uri.parse().unwrap()), told);
        }
    }

    /// Wherever the collector quotes it.
    #[test]
    fn a_secret_that_was_sent_is_never_quoted_from_the_collectors_answer() {
        let headers = [("authorization", "Bearer s3cr3t-token"), ("api-key", "k3y")];
        let headers: HeaderMap =
            headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let says = "s3cr3t-token k3y";
        let refused = |status: u16, is_foreign: Option<&str>, location: &str| Refused {
            status: StatusCode::from_u16(status).unwrap(),
            text: says.to_owned(),
            is_foreign: is_foreign.map(str::to_owned),
            location: Some(location.to_owned()),
            retry_after: None,
            signing: None,
        };
        let table = [
            refused(401, None, ""),
            refused(307, None, "https://k3y@elsewhere/k3y/v1/traces?k3y"),
            refused(307, None, "/s3cr3t-token/v1/traces"),
            refused(200, Some("text/k3y"), ""),
        ];
        for refused in table {
            let line =
                ExportError::Refused(refused, Arc::default()).tell(&"http://c/v1/traces".parse().unwrap(), &headers);
            assert!(!line.contains("s3cr3t") && !line.contains("k3y") && line.contains("***"), "{line}");
        }
    }
}
