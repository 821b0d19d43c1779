//! Answers of the page's server.

use axum::body::Body;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// A parameter of the query, as it stands there: none of the page's needs an escape.
pub(super) fn parameter<'a>(uri: &'a Uri, name: &str) -> Option<&'a str> {
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// What was asked for, or that it is not there.
pub(super) fn found(value: Option<serde_json::Value>, missing: &str) -> Response {
    match value {
        Some(value) => typed("application/json", value.to_string()),
        None => (StatusCode::NOT_FOUND, missing.to_owned()).into_response(),
    }
}

/// A body of some media type.
pub(super) fn typed(media_type: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, media_type)], body.into()).into_response()
}

/// An answer to those who asked for what cannot be.
pub(super) fn refused(reason: &str) -> Response {
    (StatusCode::BAD_REQUEST, reason.to_owned()).into_response()
}
