//! What a request asks for.

use axum::extract::Request;

/// `X-Amz-Target: Kinesis_20131202.PutRecords`
pub(super) fn operation(request: &Request) -> &str {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    target.and_then(|target| target.rsplit('.').next()).unwrap_or_default()
}
