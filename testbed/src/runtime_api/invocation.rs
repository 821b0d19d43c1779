//! One invocation on its way to the runtime: a payload and what Lambda says about it in headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

pub(super) const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

/// What is the same for all invocations of one environment.
#[derive(Debug)]
pub(super) struct Origin {
    function_arn: String,
    trace_id: String,
}

impl Origin {
    /// Lambda's pollers of a Kinesis stream repeat one trace id for many invocations, often an unsampled one: who takes
    /// it as a parent loses its spans, so it is never a friendlier one here.
    pub(super) fn new(function_arn: &str) -> Self {
        let trace_id = format!(
            "Root=1-{:08x}-{:024x};Parent={:016x};Sampled=0;Lineage=1:{:08x}:0",
            since_epoch().as_secs(),
            fastrand::u128(..) >> 32,
            fastrand::u64(1..),
            fastrand::u32(..)
        );
        Self { function_arn: function_arn.to_owned(), trace_id }
    }
}

#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    /// Sent back with the answer by newer runtimes, so that an answer to an earlier attempt cannot be taken for one to
    /// this attempt.
    pub(super) invocation_id: String,
    deadline: Duration,
    function_arn: String,
    trace_id: String,
    payload: Bytes,
}

impl Invocation {
    pub(super) fn new(origin: &Origin, request_id: String, payload: Bytes, limit: Duration) -> Self {
        Self {
            request_id,
            invocation_id: uuid(),
            deadline: since_epoch() + limit,
            function_arn: origin.function_arn.clone(),
            trace_id: origin.trace_id.clone(),
            payload,
        }
    }
}

impl IntoResponse for Invocation {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE.as_str(), "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", self.request_id),
            (INVOCATION_ID, self.invocation_id),
            ("lambda-runtime-deadline-ms", self.deadline.as_millis().to_string()),
            ("lambda-runtime-invoked-function-arn", self.function_arn),
            ("lambda-runtime-trace-id", self.trace_id),
        ];
        (headers, self.payload).into_response()
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A random UUID, version 4.
pub(crate) fn uuid() -> String {
    let hex = format!("{:032x}", fastrand::u128(..) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_a_random_uuid() {
        for _ in 0..100 {
            let id = uuid();
            let groups: Vec<&str> = id.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id}");
            assert!(groups[2].starts_with('4') && groups[3].starts_with(['8', '9', 'a', 'b']), "{id}");
        }
        assert_ne!(uuid(), uuid());
    }

    #[test]
    fn the_trace_id_has_the_form_of_an_unsampled_one_from_aws() {
        let trace_id = Origin::new("arn").trace_id;
        let lengths: Vec<(&str, usize)> = trace_id
            .split(';')
            .filter_map(|part| part.split_once('='))
            .map(|(key, value)| (key, value.len()))
            .collect();
        assert_eq!(lengths, [("Root", 35), ("Parent", 16), ("Sampled", 1), ("Lineage", 12)], "{trace_id}");
        assert!(trace_id.contains(";Sampled=0;"), "{trace_id}");
    }
}
