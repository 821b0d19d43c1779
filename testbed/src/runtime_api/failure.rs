//! What a runtime says when a function, or its initialisation, failed.

use axum::http::HeaderMap;
use serde::Deserialize;

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// An error that the function reported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error_type}: {message}")]
pub struct FunctionError {
    /// For instance `Runtime.UnknownReason`, or a Rust type.
    pub error_type: String,
    /// The text.
    pub message: String,
}

impl FunctionError {
    /// Reads the body of an error request, as far as the runtime kept to the documented form.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            error_type: Option<String>,
            error_message: Option<String>,
        }
        let Body { error_type, error_message } = serde_json::from_slice(body).unwrap_or_default();
        let from_header = || headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            error_type: error_type.or_else(from_header).unwrap_or_else(|| "Runtime.UnknownReason".to_owned()),
            message: error_message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()),
        }
    }

    pub(super) fn response_too_large(limit: usize) -> Self {
        Self {
            error_type: "Function.ResponseSizeTooLarge".to_owned(),
            message: format!("Response payload size exceeded maximum allowed payload size ({limit} bytes)."),
        }
    }

    pub(crate) fn gone() -> Self {
        Self { error_type: "Runtime.ApiGone".to_owned(), message: "the Runtime API was stopped".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&'static str>, body: &str) -> (String, String) {
        let headers = header.map(|value| (axum::http::HeaderName::from_static(ERROR_TYPE), value.parse().unwrap()));
        let FunctionError { error_type, message } =
            FunctionError::read(&headers.into_iter().collect(), body.as_bytes());
        (error_type, message)
    }

    #[test]
    fn an_error_is_reported_in_every_form_of_the_runtime() {
        let table = [
            (Some("unhandled"), r#"{"errorType":"Boom","errorMessage":"no","stackTrace":["a"]}"#, ("Boom", "no")),
            (Some("Runtime.Odd"), r#"{"errorMessage":"no"}"#, ("Runtime.Odd", "no")),
            (None, "it broke", ("Runtime.UnknownReason", "it broke")),
            (None, "", ("Runtime.UnknownReason", "")),
        ];
        for (header, body, (error_type, message)) in table {
            assert_eq!(read(header, body), (error_type.to_owned(), message.to_owned()), "{body:?}");
        }
    }
}
