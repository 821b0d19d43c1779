//! A letter as a document: what a person reads of a record, and what puts it again. Its members are described at
//! [`DeadLetter::to_json`].

// * `kinesis`, `kafka`: where the record stood, and the event that brings it again.

use std::borrow::Cow;
use std::time::SystemTime;

use kinetrace::__private::{MAX_TEXT, one_line};
use serde::Serialize;

use super::dead_letter::DeadLetter;
use super::timestamp::rfc3339;
use crate::origin::Origin;

mod kafka;
mod kinesis;
mod text;

use text::text;

/// Members stand in the order in which a person asks for them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a, P, E> {
    version: &'static str,
    timestamp: String,
    request_context: RequestContext<'a>,
    reason: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracestate: Option<String>,
    #[serde(flatten)]
    position: P,
    payload: Cow<'a, str>,
    payload_is_base64: bool,
    /// The record as an event source mapping sends it, so that a function takes the document for an event.
    #[serde(flatten)]
    event: E,
}

/// As in what Lambda sends to a destination.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_name: Option<&'a str>,
    condition: &'static str,
}

/// The document, in one line, of a record that is skipped at this time.
pub(super) fn of(letter: &DeadLetter, skipped_at: SystemTime) -> Result<String, serde_json::Error> {
    let record = &letter.record;
    let document = match &record.origin {
        Some(Origin::Kafka(origin)) => {
            write(letter, skipped_at, kafka::Position::of(record, origin), kafka::Event::of(record, origin))
        }
        Some(Origin::Kinesis { .. }) | None => {
            write(letter, skipped_at, kinesis::Position::of(record), kinesis::Event::of(record))
        }
    };
    document.map(without_noncharacters)
}

fn write(
    letter: &DeadLetter,
    skipped_at: SystemTime,
    position: impl Serialize,
    event: impl Serialize,
) -> Result<String, serde_json::Error> {
    let DeadLetter { record, failure, trace, caller } = letter;
    let reason = failure.to_string();
    let (payload, payload_is_base64) = text(&record.payload);
    serde_json::to_string(&Document {
        version: "1.0",
        timestamp: rfc3339(skipped_at),
        request_context: RequestContext {
            request_id: &caller.request_id,
            function_name: caller.function.as_deref(),
            condition: "SkippedByHandler",
        },
        reason: one_line(&reason, MAX_TEXT),
        traceparent: trace.traceparent(),
        tracestate: trace.tracestate(),
        position,
        payload,
        payload_is_base64,
        event,
    })
}

/// SQS refuses a message with these two. They are in strings only, which may have any character escaped.
fn without_noncharacters(document: String) -> String {
    if !document.contains(['\u{fffe}', '\u{ffff}']) {
        return document;
    }
    document.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

#[cfg(test)]
mod tests;
