//! What the caller is told: one result per event, or why nothing was published.

use lambda_runtime::Diagnostic;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::channel::Channel;
use super::event_result::EventResult;

/// 207 Multi-Status: some events were published and some were not, and the body says which.
const SOME_FAILED: u16 = 207;
const BAD_REQUEST: u16 = 400;
const OK: u16 = 200;

#[derive(Serialize)]
struct Results<'a> {
    published: usize,
    failed: usize,
    results: &'a [EventResult],
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpResponse {
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<ContentType<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_headers: Option<ContentType<[&'static str; 1]>>,
    /// A load balancer asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_base64_encoded: Option<bool>,
    body: String,
}

#[derive(Serialize)]
struct ContentType<T> {
    #[serde(rename = "content-type")]
    content_type: T,
}

/// One result per event, in the order of the request.
pub(super) fn results(channel: Channel, results: &[EventResult]) -> Result<Box<RawValue>, Diagnostic> {
    let published = results.iter().filter(|result| result.is_published()).count();
    let failed = results.len() - published;
    answer(channel, if failed == 0 { OK } else { SOME_FAILED }, &Results { published, failed, results })
}

/// What an answer takes beside its results, in bytes.
pub(super) fn frame(channel: Channel) -> usize {
    let empty = Results { published: usize::MAX, failed: usize::MAX, results: &[] };
    answer(channel, SOME_FAILED, &empty).map_or(0, |json| json.get().len())
}

/// Nothing was published: a 400, or an error of the function.
pub(super) fn refusal(channel: Channel, error: &str) -> Result<Box<RawValue>, Diagnostic> {
    match channel {
        Channel::Direct => failure("kinetrace.BadRequest", error),
        Channel::Http | Channel::LoadBalancer { .. } => answer(channel, BAD_REQUEST, &Refusal { error }),
    }
}

/// An error of the function.
pub(super) fn failure(error_type: &str, error: &str) -> Result<Box<RawValue>, Diagnostic> {
    Err(Diagnostic { error_type: error_type.to_owned(), error_message: error.to_owned() })
}

fn answer(channel: Channel, status_code: u16, body: &impl Serialize) -> Result<Box<RawValue>, Diagnostic> {
    let body = json(body)?;
    let (is_load_balancer, multi_value_headers) = match channel {
        Channel::Direct => return Ok(body),
        Channel::Http => (false, false),
        Channel::LoadBalancer { multi_value_headers } => (true, multi_value_headers),
    };
    let content_type = "application/json";
    json(&HttpResponse {
        status_code,
        headers: (!multi_value_headers).then_some(ContentType { content_type }),
        multi_value_headers: multi_value_headers.then_some(ContentType { content_type: [content_type] }),
        is_base64_encoded: is_load_balancer.then_some(false),
        body: body.get().to_owned(),
    })
}

fn json(value: &impl Serialize) -> Result<Box<RawValue>, Diagnostic> {
    to_raw_value(value)
        .map_err(|error| Diagnostic { error_type: "kinetrace.Response".to_owned(), error_message: error.to_string() })
}
