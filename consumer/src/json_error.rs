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
pub struct JsonError {
    type_name: &'static str,
    json_error: serde_json::Error,
    is_tombstone: bool,
}

impl JsonError {
    pub(crate) fn of<T>(json_error: serde_json::Error) -> Self {
        Self { type_name: type_name::<T>(), json_error, is_tombstone: false }
    }

    /// Of a record of Kafka that has no value.
    pub(crate) fn of_tombstone(self) -> Self {
        Self { is_tombstone: true, ..self }
    }

    /// What `serde_json` says of it. **Its text quotes the payload**: do not log it where a payload must not be logged.
    pub fn json_error(&self) -> &serde_json::Error {
        &self.json_error
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_name, json_error, is_tombstone } = self;
        if *is_tombstone {
            write!(
                f,
                "the record is a tombstone, and no {type_name}: a handler that takes tombstones has an `Option<Json<_>>`"
            )
        } else {
            write!(f, "the payload is not a {type_name}: {}", JsonFault(json_error))
        }
    }
}

/// As `Display`: an `unwrap` must tell no more than a `?`.
impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
