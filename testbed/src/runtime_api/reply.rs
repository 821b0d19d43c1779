//! What requests are answered with that bring no invocation.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

pub(super) fn accepted() -> Response {
    json(StatusCode::ACCEPTED, r#"{"status":"OK"}"#.to_owned())
}

pub(super) fn refused(status: StatusCode, error_type: &str, message: &str) -> Response {
    json(status, serde_json::json!({ "errorMessage": message, "errorType": error_type }).to_string())
}

pub(super) fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
