//! What a request to Lambda's Invoke API asks for.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;

use super::limits::{LARGEST_ASYNCHRONOUS_EVENT, LARGEST_EVENT};

const TYPE: &str = "x-amz-invocation-type";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Invocation {
    Synchronous(Bytes),
    Asynchronous(Bytes),
    DryRun,
}

/// Why nothing is invoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// One of the errors of the page above.
    pub(super) error: &'static str,
    pub(super) message: String,
}

impl Invocation {
    /// An error of the body says whether it is too large.
    pub(super) fn read(headers: &HeaderMap, query: &str, body: Result<Bytes, bool>) -> Result<Self, Refusal> {
        let body = body.map_err(|is_too_large| match is_too_large {
            true => too_large(LARGEST_EVENT),
            false => bad("InvalidRequestContentException", "the body could not be read".to_owned()),
        })?;
        if let Some(qualifier) = qualifier(query) {
            let message = format!("there is no version or alias {qualifier}: only $LATEST");
            return Err(Refusal { status: StatusCode::NOT_FOUND, error: "ResourceNotFoundException", message });
        }
        // Without a payload, the event is an empty object.
        let event = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
        if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&event) {
            let message = format!("Could not parse request body into json: {error}");
            return Err(bad("InvalidRequestContentException", message));
        }
        match headers.get(TYPE).map_or(&b"RequestResponse"[..], |value| value.as_bytes()) {
            b"RequestResponse" => Ok(Self::Synchronous(event)),
            b"Event" if event.len() > LARGEST_ASYNCHRONOUS_EVENT => Err(too_large(LARGEST_ASYNCHRONOUS_EVENT)),
            b"Event" => Ok(Self::Asynchronous(event)),
            b"DryRun" => Ok(Self::DryRun),
            other => {
                let other = String::from_utf8_lossy(other);
                let message = format!("X-Amz-Invocation-Type is {other}, not RequestResponse, Event or DryRun");
                Err(bad("InvalidParameterValueException", message))
            }
        }
    }
}

/// The version or alias that is asked for, if it is not the only one that there is.
fn qualifier(query: &str) -> Option<String> {
    let qualifier = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "Qualifier");
    qualifier.map(|(_, value)| value.into_owned()).filter(|value| value != "$LATEST")
}

fn too_large(limit: usize) -> Refusal {
    let message = format!("Request must be smaller than {limit} bytes for the InvokeFunction operation");
    Refusal { status: StatusCode::PAYLOAD_TOO_LARGE, error: "RequestTooLargeException", message }
}

fn bad(error: &'static str, message: String) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, error, message }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn read(invocation_type: Option<&str>, query: &str, body: impl Into<Bytes>) -> Result<Invocation, &'static str> {
        let headers = invocation_type.map(|value| (HeaderName::from_static(TYPE), value.parse().unwrap()));
        Invocation::read(&headers.into_iter().collect(), query, Ok(body.into())).map_err(|refusal| refusal.error)
    }

    #[test]
    fn what_is_asked_for_is_in_the_header_and_the_event_in_the_body() {
        let event = Bytes::from_static(br#"{"a": 1}"#);
        let table = [
            (None, "", Ok(Invocation::Synchronous(event.clone()))),
            (Some("RequestResponse"), "Qualifier=%24LATEST", Ok(Invocation::Synchronous(event.clone()))),
            (Some("Event"), "", Ok(Invocation::Asynchronous(event.clone()))),
            (Some("DryRun"), "", Ok(Invocation::DryRun)),
            (Some("event"), "", Err("InvalidParameterValueException")),
            (None, "Qualifier=live", Err("ResourceNotFoundException")),
        ];
        for (invocation_type, query, expected) in table {
            assert_eq!(read(invocation_type, query, event.clone()), expected, "{invocation_type:?} {query}");
        }
    }

    #[test]
    fn an_event_is_json_of_a_limited_size_and_nothing_is_an_empty_object() {
        assert_eq!(read(None, "", ""), Ok(Invocation::Synchronous("{}".into())));
        assert_eq!(read(None, "", "{"), Err("InvalidRequestContentException"));
        let large = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
        let limit = LARGEST_ASYNCHRONOUS_EVENT;
        assert!(read(Some("Event"), "", large(limit)).is_ok());
        assert_eq!(read(Some("Event"), "", large(limit + 1)), Err("RequestTooLargeException"));
        assert!(read(None, "", large(limit + 1)).is_ok());
        let too_large = Invocation::read(&HeaderMap::new(), "", Err(true)).unwrap_err();
        assert_eq!((too_large.status.as_u16(), too_large.error), (413, "RequestTooLargeException"));
    }
}
