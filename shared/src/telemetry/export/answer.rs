//! What a collector's answer says of an export, by the protocol: <https://opentelemetry.io/docs/specs/otlp/#otlphttp-response>.

use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use opentelemetry_http::Bytes;
use prost::Message as _;
use serde_json::Value;

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
    /// What it says of itself: a status in protobuf, or a text. All of it, because it may have to be searched for secrets.
    pub(super) text: String,
    /// Of a success that nobody who takes spans would write, such as the login page of a proxy: what it is called.
    pub(super) is_foreign: Option<String>,
    pub(super) location: Option<String>,
    pub(super) retry_after: Option<Duration>,
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
    let text = match Status::decode(&body[..]) {
        Ok(status) if is_protobuf(&content_type) && !status.message.is_empty() => status.message,
        _ => lossy(body),
    };
    Err(refused(answer, text))
}

fn refused(answer: &Response<Bytes>, text: String) -> Refused {
    let seconds = header(answer.headers(), &RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    Refused {
        status: answer.status(),
        text,
        is_foreign: None,
        location: header(answer.headers(), &LOCATION),
        retry_after: seconds.map(Duration::from_secs),
    }
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

/// Numbers of 64 bits are texts in the JSON of protobuf, and numbers as others write it.
fn json(body: &[u8]) -> Option<Accepted> {
    let object: Value = serde_json::from_slice(body).ok().filter(Value::is_object)?;
    let partial = object.get("partialSuccess").or_else(|| object.get("partial_success"));
    let field = |names: [&str; 4]| partial.and_then(|partial| names.iter().find_map(|name| partial.get(name)));
    let rejected = field(["rejectedSpans", "rejectedDataPoints", "rejected_spans", "rejected_data_points"]);
    let rejected = rejected.and_then(|number| number.as_u64().or_else(|| number.as_str()?.parse().ok()));
    let message = field(["errorMessage", "error_message", "", ""]).and_then(Value::as_str);
    Some(Accepted { rejected: rejected.unwrap_or(0), message: message.unwrap_or_default().to_owned() })
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
mod tests {
    use super::*;

    fn answer(status: u16, content_type: &str, body: &[u8]) -> Response<Bytes> {
        let answer = Response::builder().status(status);
        let answer = if content_type.is_empty() { answer } else { answer.header(CONTENT_TYPE, content_type) };
        answer.body(Bytes::copy_from_slice(body)).unwrap()
    }

    fn partial(rejected: i64, message: &str) -> Vec<u8> {
        let partial_success = Some(PartialSuccess { rejected, error_message: message.to_owned() });
        ExportResponse { partial_success }.encode_to_vec()
    }

    #[test]
    fn an_answer_that_takes_spans_says_how_many_it_rejects() {
        const PROTOBUF: &str = "application/x-protobuf";
        let json = |body: &'static str| ("application/json; charset=utf-8", body.as_bytes().to_vec());
        type Body = (&'static str, Vec<u8>);
        let table: [(Body, u64, &str); 13] = [
            (("", vec![]), 0, ""),
            ((PROTOBUF, vec![]), 0, ""),
            (("text/html", vec![]), 0, ""),
            ((PROTOBUF, partial(0, "")), 0, ""),
            ((PROTOBUF, partial(2, "quota exceeded")), 2, "quota exceeded"),
            (("", partial(2, "quota exceeded")), 2, "quota exceeded"),
            ((PROTOBUF, partial(0, "slow down")), 0, "slow down"),
            ((PROTOBUF, partial(-1, "")), 0, ""),
            (json("{}"), 0, ""),
            (json(r#"{"status":"ok"}"#), 0, ""),
            (json(r#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}}"#), 2, "no"),
            (json(r#"{"partialSuccess":{"rejectedSpans":3}}"#), 3, ""),
            (json(r#"{"partialSuccess":{"rejectedDataPoints":"4"}}"#), 4, ""),
        ];
        for ((content_type, body), rejected, message) in table {
            for status in [200, 202] {
                let expected = Accepted { rejected, message: message.to_owned() };
                assert_eq!(judge(&answer(status, content_type, &body)), Ok(expected), "{content_type} {body:?}");
            }
        }
    }

    #[test]
    fn a_success_that_is_not_an_export_response_counts_as_a_failure() {
        let page = "<html><title>Sign in</title></html>";
        for (content_type, body) in [
            ("text/html; charset=utf-8", page),
            ("TEXT/HTML", "\n"),
            ("", page),
            ("application/x-protobuf", page),
            ("text/plain", "welcome"),
            ("application/json", "[1]"),
        ] {
            let refused = judge(&answer(200, &content_type.to_lowercase(), body.as_bytes())).unwrap_err();
            assert!(refused.is_foreign.is_some(), "{content_type} {body}");
        }
    }

    #[test]
    fn a_refusal_says_why_in_protobuf_or_in_a_text() {
        let status = Status { message: "no such tenant".to_owned() }.encode_to_vec();
        for (content_type, body, text) in [
            ("application/x-protobuf", &status[..], "no such tenant"),
            ("text/plain", b" no such key\n", "no such key"),
            ("", b"", ""),
            ("application/x-protobuf", b"unauthorized", "unauthorized"),
        ] {
            let refused = judge(&answer(401, content_type, body)).unwrap_err();
            assert_eq!((refused.status.as_u16(), &refused.text[..]), (401, text));
            assert_eq!((refused.is_foreign, refused.retry_after), (None, None));
        }
    }
}
