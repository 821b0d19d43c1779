//! The key of a record as text, for lines and messages.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const PREFIX: &str = "base64:";

/// The text that names a key in lines of a history: the key itself where it is UTF-8, and otherwise `base64:` and its bytes.
///
/// Two keys never have one name, so a text that begins with `base64:` itself is written in base64, too.
///
/// ```
/// use kinetrace::kafka::key_text;
///
/// assert_eq!(key_text(b"N14228"), "N14228");
/// assert_eq!(key_text(&[0, 0, 0, 7, 0xff]), "base64:AAAAB/8=");
/// ```
#[must_use]
pub fn key_text(key: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(key) {
        Ok(text) if !text.starts_with(PREFIX) => text.into(),
        _ => format!("{PREFIX}{}", STANDARD.encode(key)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_have_different_names() {
        for (key, text) in [
            (&b""[..], ""),
            (b"N14228", "N14228"),
            ("Zürich".as_bytes(), "Zürich"),
            (b"\0", "\0"),
            (b"\xff", "base64:/w=="),
            (b"base64:/w==", "base64:YmFzZTY0Oi93PT0="),
        ] {
            assert_eq!(key_text(key), text);
        }
    }
}
