//! What the caller is told: one result per event, or why nothing was published.

use std::collections::BTreeMap;

use lambda_runtime::Diagnostic;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::channel::Channel;
use crate::event_result::EventResult;
use crate::status::Status;

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
    /// A load balancer asks for this one and for the encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_description: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<BTreeMap<&'static str, &'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_headers: Option<BTreeMap<&'static str, [&'static str; 1]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_base64_encoded: Option<bool>,
    body: String,
}

/// One result per event, in the order of the request.
pub(crate) fn results(channel: Channel, results: &[EventResult]) -> Result<Box<RawValue>, Diagnostic> {
    let published = results.iter().filter(|result| result.is_published()).count();
    let failed = results.len() - published;
    let status = if failed == 0 { Status::Ok } else { Status::SomeFailed };
    answer(channel, status, &Results { published, failed, results })
}

/// What an answer takes in addition to its results, in bytes.
pub(crate) fn frame(channel: Channel) -> usize {
    let empty = Results { published: usize::MAX, failed: usize::MAX, results: &[] };
    answer(channel, Status::SomeFailed, &empty).map_or(0, |json| json.get().len())
}

/// Nothing was published: an answer with this status, or an error of the function.
pub(crate) fn refusal(channel: Channel, status: Status, error: &str) -> Result<Box<RawValue>, Diagnostic> {
    match channel {
        Channel::Direct => failure("kinetrace.BadRequest", error),
        Channel::Http | Channel::LoadBalancer { .. } => answer(channel, status, &Refusal { error }),
    }
}

/// An error of the function.
pub(crate) fn failure(error_type: &str, error: &str) -> Result<Box<RawValue>, Diagnostic> {
    Err(Diagnostic { error_type: error_type.to_owned(), error_message: error.to_owned() })
}

fn answer(channel: Channel, status: Status, body: &impl Serialize) -> Result<Box<RawValue>, Diagnostic> {
    let body = json(body)?;
    let (is_load_balancer, multi_value_headers) = match channel {
        Channel::Direct => return Ok(body),
        Channel::Http => (false, false),
        Channel::LoadBalancer { multi_value_headers } => (true, multi_value_headers),
    };
    let headers = || [("content-type", "application/json")].into_iter().chain(status.header());
    json(&HttpResponse {
        status_code: status.code(),
        status_description: is_load_balancer.then(|| status.description()),
        headers: (!multi_value_headers).then(|| headers().collect()),
        multi_value_headers: multi_value_headers.then(|| headers().map(|(name, value)| (name, [value])).collect()),
        is_base64_encoded: is_load_balancer.then_some(false),
        body: body.get().to_owned(),
    })
}

fn json(value: &impl Serialize) -> Result<Box<RawValue>, Diagnostic> {
    to_raw_value(value)
        .map_err(|error| Diagnostic { error_type: "kinetrace.Response".to_owned(), error_message: error.to_string() })
}
