//! The two forms of requests and answers.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use prost::Message;
use serde::de::DeserializeOwned;

use crate::collector::protocol::{JSON, PROTOBUF};

/// The form of a request, and so of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Protobuf,
    Json,
}

impl Form {
    /// The error says what to set.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, String> {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        for (form, name) in [(Self::Protobuf, PROTOBUF), (Self::Json, JSON)] {
            if media_type.eq_ignore_ascii_case(name) {
                return Ok(form);
            }
        }
        Err(format!(
            "this is OTLP over HTTP, as {PROTOBUF} or {JSON}, and not {media_type:?}: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
        ))
    }

    /// `J` is what JSON is read into before it becomes the message. The error says what is wrong.
    pub(super) fn decode<M: Message + Default, J: DeserializeOwned + Into<M>>(self, body: Bytes) -> Result<M, String> {
        let unreadable = |error: &dyn std::fmt::Display| format!("not an export request of this signal: {error}");
        match self {
            Self::Protobuf => M::decode(body).map_err(|error| unreadable(&error)),
            // To serde, a list may be a message whose members have no names.
            Self::Json if !body.trim_ascii_start().starts_with(b"{") => Err(unreadable(&"JSON of OTLP is an object")),
            Self::Json => serde_json::from_slice(&body).map(J::into).map_err(|error| unreadable(&error)),
        }
    }
}
