//! Bytes that are known to be JSON.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;

use crate::json_fault::JsonFault;

/// One JSON text in UTF-8, with white space around it at most, as the data of a [`Record`](crate::Record): nobody needs to look
/// whether it is one. What is known stays true, because the bytes cannot be changed; to change them, take them
/// [out](Self::into_bytes).
///
/// ```
/// use kinetrace::JsonText;
///
/// let text = JsonText::of(&["EWR", "IAH"])?;
/// assert_eq!(*text, *br#"["EWR","IAH"]"#);
/// # Ok::<(), kinetrace::JsonTextError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JsonText(Vec<u8>);

/// The value has no form in JSON.
///
/// The text says what kind of error it is, and quotes nothing of the value.
#[derive(thiserror::Error)]
#[error("the value cannot be written as JSON: {}; keys of maps must be strings or numbers", JsonFault(.0))]
pub struct JsonTextError(serde_json::Error);

/// What is known of bytes by their type.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Nothing,
    /// It is one JSON text.
    Json,
}

impl JsonText {
    /// The value, as `serde_json` writes it.
    ///
    /// # Errors
    ///
    /// A map has a key that is neither a string nor a number, or the value's own `Serialize` fails.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, JsonTextError> {
        serde_json::to_vec(value).map(Self).map_err(JsonTextError)
    }

    /// Bytes that the caller vouches for, because they came from a serialiser, or were parsed. Nothing looks at them.
    ///
    /// If they are not JSON, nothing breaks here, but the record around them is not JSON either: a reader takes it for a
    /// payload without context, and its handler gets it with all that the carrier put there. Where that may happen, leave the
    /// bytes to [`Record::new`](crate::Record::new), which has them checked.
    pub fn vouched(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes, of which nothing is known any more.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for JsonText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for JsonText {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<JsonText> for Vec<u8> {
    fn from(text: JsonText) -> Self {
        text.into_bytes()
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonText").field(&String::from_utf8_lossy(&self.0)).finish()
    }
}

impl JsonTextError {
    /// What `serde_json` says of it. **Its text may quote the value**: do not log it where a payload must not be logged.
    pub fn json_error(&self) -> &serde_json::Error {
        &self.0
    }
}

impl fmt::Debug for JsonTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
