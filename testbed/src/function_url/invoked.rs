//! What Lambda's Invoke API answers.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax>

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use super::invocation::Refusal;
use crate::environment::InvokeError;

/// The function's answer, or what Lambda makes of its failure, which is a success of the API
/// (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html>).
pub(super) fn of(request_id: &str, answer: Result<Bytes, InvokeError>) -> Response {
    let (body, has_failed) = match answer {
        Ok(answer) => (answer, false),
        Err(error @ (InvokeError::ShutDown | InvokeError::RuntimeApi(_))) => {
            return error_of_the_service(request_id, &error);
        }
        Err(error) => (failure(request_id, &error).to_string().into(), true),
    };
    let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
    let headers = response.headers_mut();
    headers.insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
    if has_failed {
        headers.insert("x-amz-function-error", HeaderValue::from_static("Unhandled"));
    }
    with_id(request_id, response)
}

pub(super) fn begun(request_id: &str) -> Response {
    with_id(request_id, StatusCode::ACCEPTED.into_response())
}

pub(super) fn dry_run(request_id: &str) -> Response {
    with_id(request_id, StatusCode::NO_CONTENT.into_response())
}

pub(super) fn unknown(request_id: &str, name: &str, names: &[&str]) -> Response {
    let message = format!("Function not found: {name}. Here are: {}", names.join(", "));
    error(request_id, StatusCode::NOT_FOUND, "ResourceNotFoundException", &message)
}

pub(super) fn refused(request_id: &str, refusal: &Refusal) -> Response {
    error(request_id, refusal.status, refusal.error, &refusal.message)
}

fn error_of_the_service(request_id: &str, cause: &InvokeError) -> Response {
    error(request_id, StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", &cause.to_string())
}

fn error(request_id: &str, status: StatusCode, error: &'static str, message: &str) -> Response {
    let by = if status.is_server_error() { "Service" } else { "User" };
    let body = json!({ "Type": by, "Message": message }).to_string();
    let headers = [(CONTENT_TYPE.as_str(), "application/json"), ("x-amzn-errortype", error)];
    with_id(request_id, (status, headers, body).into_response())
}

fn failure(request_id: &str, error: &InvokeError) -> Value {
    let of_the_platform = |what: String| format!("RequestId: {request_id} Error: {what}");
    let (error_type, message) = match error {
        InvokeError::Function { error_type, message } | InvokeError::Init { error_type, message } => {
            (error_type.as_str(), message.clone())
        }
        InvokeError::Timeout { limit } => {
            let what = format!("Task timed out after {:.2} seconds", limit.as_secs_f64());
            ("Sandbox.Timedout", of_the_platform(what))
        }
        InvokeError::Exited { status } => {
            ("Runtime.ExitError", of_the_platform(format!("Runtime exited with error: {status}")))
        }
        other => ("Runtime.InvalidEntrypoint", of_the_platform(other.to_string())),
    };
    json!({ "errorType": error_type, "errorMessage": message })
}

fn with_id(request_id: &str, mut response: Response) -> Response {
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amzn-requestid", request_id);
    }
    response
}
