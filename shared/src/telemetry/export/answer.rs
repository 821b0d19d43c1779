//! What a collector's answer says of an export, by the protocol: <https://opentelemetry.io/docs/specs/otlp/#otlphttp-response>.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use opentelemetry_http::Bytes;
use prost::Message as _;
use serde_json::Value;

use super::super::settings::Signing;

/// What was taken, and what not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// Spans or data points.
    pub(super) rejected: u64,
    /// May also be a warning, with nothing rejected.
    pub(super) message: String,
}

/// Nothing was taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    /// What it says of itself: a status in protobuf or JSON, or a text. All of it, because it may have to be searched for secrets.
    pub(super) text: String,
    /// Of a success that nobody who takes spans would write, such as the login page of a proxy: what it is called.
    pub(super) is_foreign: Option<String>,
    pub(super) location: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// For what the request was signed, if it was.
    pub(super) signing: Option<Arc<Signing>>,
}

/// The answers for spans and metrics have the same fields under the same numbers.
#[derive(prost::Message)]
struct ExportResponse {
    #[prost(message, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

#[derive(prost::Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

/// `google.rpc.Status`.
#[derive(prost::Message)]
struct Status {
    #[prost(string, tag = "2")]
    message: String,
}

pub(super) fn judge(answer: &Response<Bytes>) -> Result<Accepted, Refused> {
    let (status, body) = (answer.status(), answer.body());
    let content_type = header(answer.headers(), &CONTENT_TYPE).unwrap_or_default();
    if status.is_success() {
        return accepted(&content_type, body).ok_or_else(|| Refused {
            is_foreign: Some(if content_type.is_empty() { "a body of no type".to_owned() } else { content_type }),
            ..refused(answer, lossy(body))
        });
    }
    let text = if is_protobuf(&content_type) { status_text(body) } else { json_status_text(body) };
    Err(refused(answer, text.unwrap_or_else(|| lossy(body))))
}

fn refused(answer: &Response<Bytes>, text: String) -> Refused {
    let seconds = header(answer.headers(), &RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    Refused {
        status: answer.status(),
        text,
        is_foreign: None,
        location: header(answer.headers(), &LOCATION),
        retry_after: seconds.map(Duration::from_secs),
        signing: None,
    }
}

fn status_text(body: &[u8]) -> Option<String> {
    Status::decode(body).ok().map(|status| status.message).filter(|message| !message.is_empty())
}

/// Some write it whatever the request was.
fn json_status_text(body: &[u8]) -> Option<String> {
    let status: Value = serde_json::from_slice(body).ok()?;
    status.get("message")?.as_str().filter(|message| !message.is_empty()).map(str::to_owned)
}

/// Nothing at all is an answer without content, whatever it is called: so is the protocol's for "all well".
fn accepted(content_type: &str, body: &[u8]) -> Option<Accepted> {
    if body.is_empty() {
        return Some(Accepted::default());
    }
    // Some answer a request in protobuf in JSON, against the protocol, and have taken it.
    if let Some(accepted) = json(body) {
        return Some(accepted);
    }
    if content_type.contains("html") {
        return None;
    }
    let partial = ExportResponse::decode(body).ok()?.partial_success.unwrap_or_default();
    Some(Accepted { rejected: partial.rejected.try_into().unwrap_or(0), message: partial.error_message })
}

/// By its names, of which others write the second half.
const REJECTED: [&str; 6] = [
    "rejectedSpans",
    "rejectedDataPoints",
    "rejectedLogRecords",
    "rejected_spans",
    "rejected_data_points",
    "rejected_log_records",
];

/// Numbers of 64 bits are texts in the JSON of protobuf, and numbers as others write it.
fn json(body: &[u8]) -> Option<Accepted> {
    let object: Value = serde_json::from_slice(body).ok().filter(Value::is_object)?;
    let partial = object.get("partialSuccess").or_else(|| object.get("partial_success"));
    let field = |names: &[&str]| partial.and_then(|partial| names.iter().find_map(|name| partial.get(name)));
    let rejected = field(&REJECTED).and_then(number);
    let message = field(&["errorMessage", "error_message"]).and_then(Value::as_str);
    Some(Accepted { rejected: rejected.unwrap_or(0), message: message.unwrap_or_default().to_owned() })
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Those of the protocol: <https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes>.
pub(super) fn is_worth_another_try(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

fn is_protobuf(content_type: &str) -> bool {
    content_type.contains("protobuf")
}

fn header(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn lossy(body: &[u8]) -> String {
    String::from_utf8_lossy(body).trim().to_owned()
}

#[cfg(test)]
mod tests;
