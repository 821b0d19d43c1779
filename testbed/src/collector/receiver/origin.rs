//! Pages in a browser that send telemetry: those of this machine may.
//!
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::refusal::Refusal;
use crate::origin::local_origin;

/// The origin of the page that sends a request, if a page does.
#[derive(Debug, Clone)]
pub(super) struct Origin(Option<HeaderValue>);

impl Origin {
    /// Refuses those of other machines.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        match local_origin(headers) {
            Err(origin) => {
                let message =
                    format!("pages of this machine alone may send telemetry here, and not those of {origin:?}");
                Err(Refusal::new(StatusCode::FORBIDDEN, message))
            }
            Ok(origin) => Ok(Self(origin.cloned())),
        }
    }

    /// Lets the page read the answer. `sendBeacon`, which exporters use, sends cookies along.
    pub(super) fn allow(self, mut answer: Response) -> Response {
        if let Some(origin) = self.0 {
            let headers = answer.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(VARY, HeaderValue::from_static("origin"));
        }
        answer
    }
}

/// What a browser asks before it sends JSON: whether it may, with the headers that it names.
pub(super) fn preflight(headers: &HeaderMap) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let allowed = headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let allowed = allowed.unwrap_or(HeaderValue::from_static("content-type"));
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    answer.headers_mut().insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    answer
}
