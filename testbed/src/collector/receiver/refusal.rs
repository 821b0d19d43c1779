//! Why a request is not taken, in the form that its sender reads.

use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use prost::Message;
use serde_json::json;

use super::form::Form;
use crate::collector::protocol::{JSON, LOGS, METRICS, PROTOBUF, TRACES};

/// A request that is not taken.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

/// `google.rpc.Status`, in which OTLP has its errors. Its code is optional.
#[derive(prost::Message)]
struct Status {
    #[prost(string, tag = "2")]
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: String) -> Self {
        Self { status, message }
    }

    pub(super) fn form(message: String) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    pub(super) fn unreadable(message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn path(path: &str) -> Self {
        let message = format!(
            "OTLP over HTTP is taken at {TRACES}, {LOGS} and {METRICS}, and not at {path:?}. \
             OTEL_EXPORTER_OTLP_ENDPOINT is without a path; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and its like have theirs"
        );
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "OTLP over HTTP is sent with POST".to_owned())
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn answer(self, headers: &HeaderMap) -> Response {
        if is_grpc(headers) {
            return self.grpc();
        }
        let Self { status, message } = self;
        let mut answer = match Form::of(headers) {
            Ok(Form::Protobuf) => {
                (status, [(CONTENT_TYPE, PROTOBUF)], Status { message }.encode_to_vec()).into_response()
            }
            Ok(Form::Json) => (status, [(CONTENT_TYPE, JSON)], json!({"message": message}).to_string()).into_response(),
            Err(_) => (status, message + "\n").into_response(),
        };
        if status == StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        answer
    }

    /// gRPC has its own status, in headers when there is nothing else to say
    /// (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>, "Trailers-Only"). 12 is UNIMPLEMENTED: it is not
    /// tried again.
    fn grpc(self) -> Response {
        let message = "this port takes OTLP over HTTP, not gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";
        let headers = [(CONTENT_TYPE.as_str(), "application/grpc"), ("grpc-status", "12"), ("grpc-message", message)];
        (StatusCode::OK, headers).into_response()
    }
}

pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}
