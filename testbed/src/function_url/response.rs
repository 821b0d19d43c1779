//! The HTTP response that a function URL makes of a function's answer.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::functions::PREFIX;
use crate::environment::InvokeError;

const REQUEST_ID: &str = "x-amzn-requestid";

/// Why there is no other response, which Lambda keeps to its log.
const REASON: &str = "kinetrace-error";

const JSON: &str = "application/json";

/// A function that fails, and an answer that cannot be made a response, are a bad gateway.
pub(super) fn of(request_id: &str, answer: Result<Bytes, InvokeError>) -> Response {
    let response = answer.map_err(|error| error.to_string()).and_then(|answer| inferred(&answer));
    let mut response = response.unwrap_or_else(|reason| failed(&reason));
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

pub(super) fn too_large() -> Response {
    (StatusCode::PAYLOAD_TOO_LARGE, "The event would be larger than the 6 MB that Lambda takes.\n").into_response()
}

pub(super) fn unknown(names: &[&str]) -> Response {
    let urls: String = names.iter().map(|name| format!("  {PREFIX}{name}/\n")).collect();
    let text = format!("No function has this URL. The URLs of functions begin with:\n{urls}");
    (StatusCode::NOT_FOUND, text).into_response()
}

/// `Err` is why it cannot be made a response.
fn inferred(answer: &Bytes) -> Result<Response, String> {
    match serde_json::from_slice(answer) {
        Ok(Value::Object(members)) if members.contains_key("statusCode") => explicit(&members),
        Ok(_) => Ok(([(CONTENT_TYPE, JSON)], answer.clone()).into_response()),
        Err(error) => Err(format!("the function's answer is not JSON: {error}")),
    }
}

fn explicit(members: &Map<String, Value>) -> Result<Response, String> {
    let status = &members["statusCode"];
    let number = status.as_u64().or_else(|| status.as_str()?.parse().ok());
    let code = number.and_then(|number| u16::try_from(number).ok()).filter(|code| (200..600).contains(code));
    let code = code.and_then(|code| StatusCode::from_u16(code).ok());
    let code = code.ok_or_else(|| format!("the function's statusCode is not one of HTTP: {status}"))?;
    let mut response = Response::new(Body::from(body(members)?));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    for (name, value) in members.get("headers").and_then(Value::as_object).into_iter().flatten() {
        set(headers, name, value)?;
    }
    for cookie in members.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        headers.append(SET_COOKIE, header("a cookie", &text(cookie))?);
    }
    Ok(response)
}

fn body(members: &Map<String, Value>) -> Result<Vec<u8>, String> {
    let body = members.get("body").map(text).unwrap_or_default();
    match members.get("isBase64Encoded") {
        Some(Value::Bool(true)) => {
            STANDARD.decode(body).map_err(|error| format!("the function's body is not base64: {error}"))
        }
        _ => Ok(body.into_bytes()),
    }
}

fn set(headers: &mut HeaderMap, name: &str, value: &Value) -> Result<(), String> {
    let parsed = HeaderName::from_bytes(name.as_bytes());
    let parsed = parsed.map_err(|_| format!("the function's header {name:?} is not one of HTTP"))?;
    // The server says itself how long the body is.
    if parsed != CONTENT_LENGTH {
        headers.insert(parsed, header(name, &text(value))?);
    }
    Ok(())
}

fn header(name: &str, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| format!("the function's value of {name} is not one of HTTP"))
}

/// A string is itself, and nothing is empty.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn failed(reason: &str) -> Response {
    let mut response = (StatusCode::BAD_GATEWAY, "Internal Server Error").into_response();
    let printable: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Ok(reason) = HeaderValue::from_bytes(printable.as_bytes()) {
        response.headers_mut().insert(REASON, reason);
    }
    response
}

#[cfg(test)]
mod tests;
