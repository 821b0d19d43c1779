//! What a request asks for, and asking for more.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderValue, header, request};
use axum::middleware::Next;
use serde_json::Value;

/// `X-Amz-Target: Kinesis_20131202.PutRecords`
pub(super) fn operation(request: &Request) -> &str {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    target.and_then(|target| target.rsplit('.').next()).unwrap_or_default()
}

/// The service's answer to another question, in JSON, that is asked as the client would who sent a request with this head.
/// `null` if there is none.
pub(super) async fn ask(head: &request::Parts, next: Next, operation: &'static str, question: &Value) -> Value {
    let mut head = head.clone();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    if let Ok(target) = HeaderValue::try_from(format!("Kinesis_20131202.{operation}")) {
        head.headers.insert("x-amz-target", target);
    }
    let answer = next.run(Request::from_parts(head, question.to_string().into())).await;
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    serde_json::from_slice(&body).unwrap_or_default()
}
