//! What an invocation asks for. Everything is read and checked before anything is published.

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Fields, JsonFault, Record};
use opentelemetry::propagation::Injector as _;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::events::{self, BadEvents};

/// How the function was called, and so how it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// A function URL or an HTTP API, payload format 2.0
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>).
    Http,
    /// `{"events":[…]}`
    Direct,
}

/// What an invocation asks for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) channel: Channel,
    /// The caller's context: headers of an HTTP request, members of a direct one.
    pub(super) fields: Fields,
    pub(super) events: Result<Vec<Record>, BadRequest>,
}

/// What is wrong with a request, by the place where it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadRequest {
    #[error("the invocation is neither an HTTP request nor {{\"events\":[…]}}: {}", JsonFault(.0))]
    Invocation(serde_json::Error),
    #[error("the invocation is neither an HTTP request nor {{\"events\":[…]}}")]
    NoEvents,
    /// The decoder's own text quotes a byte.
    #[error("the body is not base64")]
    Base64,
    #[error("the body is not UTF-8: {0}")]
    Utf8(#[from] std::string::FromUtf8Error),
    #[error(transparent)]
    Events(#[from] BadEvents),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    request_context: Option<IgnoredAny>,
    #[serde(default)]
    headers: HashMap<String, String>,
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
    #[serde(default)]
    is_base64_encoded: bool,
    #[serde(borrow)]
    events: Option<Vec<&'a RawValue>>,
    traceparent: Option<String>,
    tracestate: Option<String>,
    baggage: Option<String>,
}

impl Request {
    pub(super) fn read(invocation: &str, group_field: &str) -> Self {
        let wire: Wire<'_> = match serde_json::from_str(invocation) {
            Ok(wire) => wire,
            Err(error) => {
                let events = Err(BadRequest::Invocation(error));
                return Self { channel: Channel::Direct, fields: Fields::default(), events };
            }
        };
        let mut fields = Fields::default();
        if wire.request_context.is_some() {
            for (name, value) in wire.headers {
                fields.set(&name.to_ascii_lowercase(), value);
            }
            let events = text(wire.body.unwrap_or_default(), wire.is_base64_encoded)
                .and_then(|body| Ok(events::read(&body, group_field)?));
            return Self { channel: Channel::Http, fields, events };
        }
        for (name, value) in
            [("traceparent", wire.traceparent), ("tracestate", wire.tracestate), ("baggage", wire.baggage)]
        {
            fields.set(name, value.unwrap_or_default());
        }
        let events = wire.events.ok_or(BadRequest::NoEvents);
        let events = events.and_then(|events| Ok(events::from_array(&events, group_field)?));
        Self { channel: Channel::Direct, fields, events }
    }
}

fn text(body: Cow<'_, str>, is_base64: bool) -> Result<Cow<'_, str>, BadRequest> {
    if !is_base64 {
        return Ok(body);
    }
    Ok(Cow::Owned(String::from_utf8(BASE64.decode(body.as_bytes()).map_err(|_| BadRequest::Base64)?)?))
}

#[cfg(test)]
mod tests {
    use opentelemetry::propagation::Extractor as _;

    use super::*;

    fn http(body: &str, is_base64: bool) -> String {
        let body = serde_json::to_string(body).unwrap();
        format!(
            r#"{{"version":"2.0","headers":{{"Traceparent":"00-a-b-01"}},"requestContext":{{"http":{{"method":"POST"}}}},
            "body":{body},"isBase64Encoded":{is_base64}}}"#
        )
    }

    fn events(invocation: &str) -> Vec<(String, String)> {
        let records = Request::read(invocation, "g").events.unwrap().into_iter();
        records.map(|record| (record.partition_key, String::from_utf8(record.data).unwrap())).collect()
    }

    #[test]
    fn events_are_taken_to_the_byte_from_every_form() {
        let expected =
            [("a".to_owned(), r#"{"g":"a", "n":1.0}"#.to_owned()), ("1".to_owned(), r#"{"g":1}"#.to_owned())];
        let lines = "{\"g\":\"a\", \"n\":1.0}\n\n{\"g\":1}\r\n";
        let array = r#" [{"g":"a", "n":1.0} , {"g":1}]"#;
        for invocation in [
            http(lines, false),
            http(array, false),
            http(&BASE64.encode(lines), true),
            r#"{"events":[{"g":"a", "n":1.0},{"g":1}]}"#.to_owned(),
        ] {
            assert_eq!(events(&invocation), expected, "{invocation}");
        }
    }

    #[test]
    fn nothing_to_publish_is_no_mistake() {
        for invocation in [http("", false), http("\n", false), http("[]", false), r#"{"events":[]}"#.to_owned()] {
            assert_eq!(events(&invocation), [], "{invocation}");
        }
    }

    #[test]
    fn the_callers_context_is_found_in_headers_and_members() {
        let direct = r#"{"events":[],"traceparent":"00-a-b-01"}"#.to_owned();
        for invocation in [http("", false), direct] {
            let request = Request::read(&invocation, "g");
            assert_eq!(request.fields.get("traceparent"), Some("00-a-b-01"), "{invocation}");
        }
    }

    /// It goes to the caller, into the span's status, and with an asynchronous invocation to a destination.
    #[test]
    fn a_bad_request_is_told_of_without_a_word_of_it() {
        for invocation in [
            r#""alice""#.to_owned(),
            r#"{"events":"alice"}"#.to_owned(),
            r#"{"events":["alice"]}"#.to_owned(),
            r#"{"events":[{"g":1}],"traceparent":{"alice":1}}"#.to_owned(),
            r#"{"requestContext":{},"headers":{"x":4111111111111111}}"#.to_owned(),
            r#"{"requestContext":{},"body":4111111111111111}"#.to_owned(),
            http("\"alice\"", false),
            http("[\"alice\"]", false),
            http("[alice]", false),
            http("alice%", true),
            http(&BASE64.encode(b"alice\xff"), true),
        ] {
            let error = Request::read(&invocation, "g").events.unwrap_err().to_string();
            assert!(!error.contains("alice") && !error.contains("4111"), "{invocation}: {error}");
        }
    }

    #[test]
    fn a_bad_request_names_the_place_and_the_reason() {
        for (invocation, place, reason) in [
            (http("{\"g\":1}\n{\"h\":1}\n", false), "line 2", "no field"),
            (http("{\"g\":1}\n\nnot JSON", false), "line 3", "not a JSON object"),
            (http(r#"[{"g":1},{"g":{}}]"#, false), "event 1", "object or an array"),
            (http("[1", false), "not a JSON array", "EOF"),
            (http("%", true), "body", "base64"),
            (http(&BASE64.encode(b"\xff"), true), "body", "UTF-8"),
            (r#"{"events":[{"g":1},2]}"#.to_owned(), "event 1", "not a JSON object"),
            ("{}".to_owned(), "invocation", "events"),
            ("[]".to_owned(), "invocation", "events"),
            (r#"{"events":1}"#.to_owned(), "invocation", "sequence"),
        ] {
            let error = Request::read(&invocation, "g").events.unwrap_err().to_string();
            assert!(error.contains(place) && error.contains(reason), "{invocation}: {error}");
        }
    }
}
