//! What clients may do on AWS and the emulator refuses, made possible in front of it; and one thing that it must not take.
//!
//! * A request without a signature is served as if it had one: nothing is verified anyway.
//! * A stream may be named by its ARN wherever it may be named, and by both; the emulator takes an ARN in puts alone.
//! * A PutRecords may have 10 MiB (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>); the emulator
//!   takes 5 MiB, the limit of earlier years, so it gets what is larger in parts.
//! * A page in a browser that is of another machine gets nothing; the emulator would let it read and write all streams.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::operation::operation;
use super::put_request::{Encoding, PutRequest};
use crate::origin::local_origin;

/// Of the records' data and partition keys, in bytes.
const LARGEST_PUT: usize = 10 * 1024 * 1024;
const EMULATORS_LARGEST_PUT: usize = 5 * 1024 * 1024;

/// Those that name a stream, but for puts, which the emulator reads right. Others that have an ARN need it.
const ABOUT_A_STREAM: [&str; 18] = [
    "AddTagsToStream",
    "DecreaseStreamRetentionPeriod",
    "DeleteStream",
    "DescribeStream",
    "DescribeStreamSummary",
    "DisableEnhancedMonitoring",
    "EnableEnhancedMonitoring",
    "GetShardIterator",
    "IncreaseStreamRetentionPeriod",
    "ListShards",
    "ListTagsForStream",
    "MergeShards",
    "RemoveTagsFromStream",
    "SplitShard",
    "StartStreamEncryption",
    "StopStreamEncryption",
    "UpdateShardCount",
    "UpdateStreamWarmThroughput",
];

pub(super) async fn amend(mut request: Request, next: Next) -> Response {
    if local_origin(request.headers()).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    sign(&mut request);
    match operation(&request) {
        "PutRecords" if may_be_large(&request) => match PutRequest::read(request, next).await {
            Ok(put) if put.size() <= LARGEST_PUT => put.forward_in_parts(EMULATORS_LARGEST_PUT).await,
            Ok(put) => put.forward().await,
            Err(answer) => answer,
        },
        operation if ABOUT_A_STREAM.contains(&operation) => next.run(by_name(request).await).await,
        _ => next.run(request).await,
    }
}

/// Base64 and names add to what counts, so a smaller body is never too large.
fn may_be_large(request: &Request) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.is_none_or(|length: usize| length > EMULATORS_LARGEST_PUT)
}

fn sign(request: &mut Request) {
    let is_presigned = request.uri().query().is_some_and(|query| query.contains("X-Amz-Algorithm"));
    if is_presigned || request.headers().contains_key(header::AUTHORIZATION) {
        return;
    }
    let signature = "AWS4-HMAC-SHA256 Credential=none/none, SignedHeaders=none, Signature=none";
    request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_static(signature));
    request.headers_mut().entry("x-amz-date").or_insert(HeaderValue::from_static("none"));
}

/// The stream by its name, also where the request has its ARN.
async fn by_name(request: Request) -> Request {
    let encoding = Encoding::of(request.headers());
    let (mut head, body) = request.into_parts();
    // What broke off is none of anything.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    match encoding.by_stream_name(&body) {
        Some(named) => {
            head.headers.remove(header::CONTENT_LENGTH);
            Request::from_parts(head, named.into())
        }
        None => Request::from_parts(head, body.into()),
    }
}
