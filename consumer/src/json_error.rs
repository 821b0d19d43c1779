//! Why a payload is not of a type, without a word of the payload.

use std::any::type_name;
use std::fmt;

use kinetrace::__private::JsonFault;

/// The payload is not JSON, or not of this type.
///
/// The text, and that of `Debug`, says what kind of error it is and where, and quotes nothing: it gets into logs and
/// spans, and a payload may be personal data. The error of `serde_json`, which does quote what it stumbled over, is not
/// among the [sources](std::error::Error::source); [`json_error`](Self::json_error) has it.
///
/// ```
/// #[derive(Debug, serde::Deserialize)]
/// struct Flight {
///     seats: u16,
/// }
///
/// let record = kinetrace_consumer::Record::new("N14228", r#"{"seats":"alice@example.com"}"#);
/// let rejection = record.json::<Flight>().unwrap_err();
/// assert!(rejection.to_string().ends_with("::Flight: invalid type: string, expected u16 at line 1 column 28"));
/// assert!(rejection.json_error().to_string().contains("alice"));
/// ```
#[derive(thiserror::Error)]
#[error("the payload is not a {type_name}: {}", JsonFault(.json_error))]
pub struct JsonError {
    type_name: &'static str,
    json_error: serde_json::Error,
}

impl JsonError {
    pub(crate) fn of<T>(json_error: serde_json::Error) -> Self {
        Self { type_name: type_name::<T>(), json_error }
    }

    /// What `serde_json` says of it. **Its text quotes the payload**: do not log it where a payload must not be logged.
    pub fn json_error(&self) -> &serde_json::Error {
        &self.json_error
    }
}

/// As `Display`: an `unwrap` must tell no more than a `?`.
impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
