//! What a receiver's answer says of the spans in a request.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp-response>

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use kinetrace::__private::one_line;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use crate::collector::protocol::PROTOBUF;

/// Of a receiver's own text, in bytes.
const MAX_REASON: usize = 200;

/// What happened to the spans in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// They were taken, but for so many, for this reason.
    Taken { rejected: u64, reason: String },
    /// They may be taken later, after so long if the receiver says so.
    Later { after: Option<Duration>, reason: String },
    /// Nothing was said in time. Where that is for their number, a part of them may be taken later.
    Nothing(String),
    /// They were not taken, and a part of them might be.
    Fewer(String),
    /// They will not be taken.
    Refused(String),
}

impl Answer {
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        if status.is_success() {
            return Self::partial(body);
        }
        let reason = reason(status, headers, body);
        match status.as_u16() {
            429 | 502..=504 => Self::Later { after: retry_after(headers), reason },
            // Too large; or one body among them that is none of OTLP.
            400 | 413 => Self::Fewer(reason),
            _ => Self::Refused(reason),
        }
    }

    /// A body that is none of OTLP says nothing.
    fn partial(body: &[u8]) -> Self {
        let answer = ExportTraceServiceResponse::decode(body).unwrap_or_default();
        let partial = answer.partial_success.unwrap_or_default();
        let rejected = u64::try_from(partial.rejected_spans).unwrap_or_default();
        let said = one_line(&partial.error_message, MAX_REASON);
        let reason = if said.is_empty() { "rejected without a reason".to_owned() } else { format!("rejected: {said}") };
        Self::Taken { rejected, reason }
    }
}

/// A date in its place says less than our own pause.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// What was answered, and what to look at.
fn reason(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let said = said(headers, body).trim().to_owned();
    let said = if said.is_empty() { said } else { format!(": {}", one_line(&said, MAX_REASON)) };
    let hint = match status.as_u16() {
        401 | 403 => "; look at OTEL_EXPORTER_OTLP_HEADERS",
        404 | 405 | 415 => "; look whether it takes OTLP over HTTP, as protobuf, at this path (its usual port is 4318)",
        _ => "",
    };
    format!("answered {status}{said}{hint}")
}

/// An error of OTLP is a `google.rpc.Status`.
fn said(headers: &HeaderMap, body: &[u8]) -> String {
    #[derive(prost::Message)]
    struct Status {
        #[prost(string, tag = "2")]
        message: String,
    }
    let is_protobuf = headers.get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(PROTOBUF.as_bytes()));
    match Status::decode(body) {
        Ok(status) if is_protobuf => status.message,
        _ => String::from_utf8_lossy(body).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTracePartialSuccess;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &[u8]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer::of(StatusCode::from_u16(status).unwrap(), &headers, body)
    }

    #[test]
    fn statuses_say_whether_the_spans_are_taken_now_later_or_never() {
        let taken = Answer::Taken { rejected: 0, reason: "rejected without a reason".to_owned() };
        for (status, body) in [(200, &b""[..]), (200, b"OK"), (202, b"{}"), (204, b"")] {
            assert_eq!(answer(status, &[], body), taken, "{status}");
        }
        for status in [429, 502, 503, 504] {
            let Answer::Later { after, reason } = answer(status, &[], b"") else { panic!("{status}") };
            assert!(after.is_none() && reason.starts_with(&format!("answered {status} ")), "{reason}");
        }
        for status in [400, 413] {
            assert!(matches!(answer(status, &[], b""), Answer::Fewer(_)), "{status}");
        }
        for status in [301, 401, 404, 500, 501] {
            assert!(matches!(answer(status, &[], b""), Answer::Refused(_)), "{status}");
        }
    }

    #[test]
    fn a_receiver_says_when_it_may_be_asked_again() {
        for (value, expected) in
            [("0", Some(0)), (" 7 ", Some(7)), ("Sun, 06 Nov 1994 08:49:37 GMT", None), ("-1", None)]
        {
            let Answer::Later { after, .. } = answer(503, &[("retry-after", value)], b"") else { panic!("{value}") };
            assert_eq!(after, expected.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn spans_that_were_rejected_are_counted_with_the_reason() {
        let partial = |rejected_spans, error_message: &str| {
            let partial_success =
                Some(ExportTracePartialSuccess { rejected_spans, error_message: error_message.to_owned() });
            ExportTraceServiceResponse { partial_success }.encode_to_vec()
        };
        let taken = |rejected, reason: &str| Answer::Taken { rejected, reason: reason.to_owned() };
        assert_eq!(answer(200, &[], &partial(3, "too old")), taken(3, "rejected: too old"));
        assert_eq!(answer(200, &[], &partial(-1, "")), taken(0, "rejected without a reason"));
    }

    #[test]
    fn the_reason_has_what_the_receiver_said_on_one_short_line_and_what_to_look_at() {
        let long = "x".repeat(10_000);
        let status = [&[0x08, 0x03, 0x12, 0x03][..], b"bad"].concat();
        let table: [(u16, &str, &[u8], &str); 5] = [
            (404, "text/plain", b"404 page not found\n", "answered 404 Not Found: 404 page not found; look whether"),
            (401, "text/plain", b"no\nkey", r"answered 401 Unauthorized: no\nkey; look at OTEL_EXPORTER_OTLP_HEADERS"),
            (400, PROTOBUF, &status, "answered 400 Bad Request: bad"),
            (400, "text/plain", b"\xff", "answered 400 Bad Request: \u{fffd}"),
            (500, "text/plain", long.as_bytes(), "answered 500 Internal Server Error: xxx"),
        ];
        for (code, media_type, body, expected) in table {
            let (Answer::Refused(reason) | Answer::Fewer(reason)) = answer(code, &[("content-type", media_type)], body)
            else {
                panic!("{code}")
            };
            assert!(reason.starts_with(expected) && reason.len() < 400, "{reason}");
        }
    }
}
