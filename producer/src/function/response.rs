//! What the caller is told: one result per event, or why nothing was published.

use lambda_runtime::Diagnostic;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::request::{BadRequest, Channel};
use crate::delivery::{Ack, SendError};

/// 207 Multi-Status: some events were published and some were not, and the body says which.
const SOME_FAILED: u16 = 207;
const BAD_REQUEST: u16 = 400;
const OK: u16 = 200;

#[derive(Serialize)]
struct Results<'a> {
    published: usize,
    failed: usize,
    results: Vec<EventResult<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum EventResult<'a> {
    Published { shard_id: &'a str, sequence_number: &'a str, injection: Option<String> },
    Failed { error: String },
}

#[derive(Serialize)]
struct Refusal {
    error: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpResponse {
    status_code: u16,
    headers: ContentType,
    body: String,
}

#[derive(Serialize)]
struct ContentType {
    #[serde(rename = "content-type")]
    content_type: &'static str,
}

/// One result per event, in the order of the request.
pub(super) fn results(channel: Channel, results: &[Result<Ack, Box<SendError>>]) -> Result<Box<RawValue>, Diagnostic> {
    let failed = results.iter().filter(|result| result.is_err()).count();
    let body =
        Results { published: results.len() - failed, failed, results: results.iter().map(event_result).collect() };
    match channel {
        Channel::Direct => json(&body),
        Channel::Http => http(if failed == 0 { OK } else { SOME_FAILED }, &body),
    }
}

/// Nothing was published: a 400, or an error of the function.
pub(super) fn refusal(channel: Channel, bad: &BadRequest) -> Result<Box<RawValue>, Diagnostic> {
    match channel {
        Channel::Direct => Err(diagnostic("kinetrace.BadRequest", bad)),
        Channel::Http => http(BAD_REQUEST, &Refusal { error: bad.to_string() }),
    }
}

fn event_result(result: &Result<Ack, Box<SendError>>) -> EventResult<'_> {
    match result {
        Ok(ack) => EventResult::Published {
            shard_id: &ack.shard_id,
            sequence_number: ack.sequence_number.as_str(),
            injection: ack.injection.map(|injection| injection.to_string()),
        },
        // The place says which event it is, and the key may be personal data: an answer may end in a destination.
        Err(error) => EventResult::Failed { error: error.without_key() },
    }
}

fn http(status_code: u16, body: &impl Serialize) -> Result<Box<RawValue>, Diagnostic> {
    let body = json(body)?.get().to_owned();
    json(&HttpResponse { status_code, headers: ContentType { content_type: "application/json" }, body })
}

fn json(value: &impl Serialize) -> Result<Box<RawValue>, Diagnostic> {
    to_raw_value(value).map_err(|error| diagnostic("kinetrace.Response", &error))
}

fn diagnostic(error_type: &str, error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic { error_type: error_type.to_owned(), error_message: error.to_string() }
}
