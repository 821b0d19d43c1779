//! The text in the body of an HTTP request.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::value::RawValue;

use crate::object;

/// Why there is none, or none that can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the body is empty: POST the events, as a JSON array or one JSON object a line")]
    Empty,
    #[error("the body is not a JSON string, as which AWS's front ends pass it on")]
    NotAString,
    #[error("isBase64Encoded is neither true nor false")]
    Encoding,
    /// The decoder's own text quotes a byte of the body.
    #[error("the body is not base64, which isBase64Encoded says it is")]
    Base64,
    #[error("the body is not UTF-8: {0}")]
    Utf8(#[from] std::string::FromUtf8Error),
    #[error("the body is compressed ({0}), which is not supported: send it as it is, without content-encoding")]
    Compressed(String),
}

/// A body as a front end passes it on.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    /// Absent or `null` where the request had none.
    pub(crate) value: Option<&'a RawValue>,
    pub(crate) is_base64: Option<&'a RawValue>,
    /// The header.
    pub(crate) content_encoding: Option<String>,
}

impl<'a> Body<'a> {
    /// The text, with more in it than white space.
    pub(crate) fn text(&self) -> Result<Cow<'a, str>, BodyError> {
        let body = self.value.map_or(Some(Cow::Borrowed("")), object::text).ok_or(BodyError::NotAString)?;
        let text = if is_base64(self.is_base64)? {
            let bytes = BASE64.decode(body.trim().as_bytes()).map_err(|_| BodyError::Base64)?;
            let compression = self.compression(&bytes);
            let text = String::from_utf8(bytes);
            Cow::Owned(text.map_err(|error| compression.map_or_else(|| error.into(), BodyError::Compressed))?)
        } else {
            body
        };
        if text.trim().is_empty() { Err(BodyError::Empty) } else { Ok(text) }
    }

    /// How a body that cannot be read is compressed, if it is: by its first bytes, or by what the caller says. A front end
    /// that takes the bytes for text has replaced the second one; one that is not told that they are bytes may have base64.
    pub(crate) fn compression(&self, body: &[u8]) -> Option<String> {
        match body {
            [0x1f, 0x8b, ..] | [0x1f, 0xef, 0xbf, 0xbd, ..] | [0x1f, 0xc2, 0x8b, ..] => Some("gzip".to_owned()),
            [b'H', b'4', b's', b'I', ..] => Some("gzip, in base64".to_owned()),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd".to_owned()),
            _ => {
                let said = self.content_encoding.as_deref().map(str::trim);
                said.filter(|said| !said.is_empty() && !said.eq_ignore_ascii_case("identity")).map(str::to_owned)
            }
        }
    }
}

/// Also as text, as a mapping template or a test by hand may have it.
fn is_base64(flag: Option<&RawValue>) -> Result<bool, BodyError> {
    let Some(flag) = flag else { return Ok(false) };
    let text = object::text(flag).unwrap_or_else(|| Cow::Borrowed(flag.get()));
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Ok(true),
        text if text.is_empty() || text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(BodyError::Encoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a body, or why there is none, from its JSON and that of `isBase64Encoded`.
    fn read(body: &str, is_base64: &str, content_encoding: Option<&str>) -> Result<String, String> {
        let raw = |json: &str| serde_json::from_str::<Box<RawValue>>(json).ok();
        let (value, is_base64) = (raw(body), raw(is_base64));
        let content_encoding = content_encoding.map(str::to_owned);
        let body = Body { value: value.as_deref(), is_base64: is_base64.as_deref(), content_encoding };
        body.text().map(Cow::into_owned).map_err(|bad| bad.to_string())
    }

    #[test]
    fn a_body_is_text_or_base64_of_text() {
        for (body, is_base64) in [
            (r#""text""#, ""),
            (r#""text""#, "false"),
            (r#""text""#, r#""False""#),
            (r#""text""#, r#""""#),
            (r#""dGV4dA==""#, "true"),
            (r#""dGV4dA==\r\n""#, r#""true""#),
            (r#""\u0074ext""#, ""),
        ] {
            // What was decompressed on the way may still be said to be compressed.
            for content_encoding in [None, Some("gzip"), Some("identity")] {
                assert_eq!(read(body, is_base64, content_encoding).as_deref(), Ok("text"), "{body} {is_base64}");
            }
        }
    }

    #[test]
    fn a_body_without_text_is_described_in_words() {
        let gzip = format!("\"{}\"", BASE64.encode([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56]));
        for (body, is_base64, content_encoding, words) in [
            ("", "", None, "empty"),
            (r#""""#, "", None, "empty"),
            (r#"" \r\n\n""#, "", Some("gzip"), "empty"),
            (r#""""#, "true", None, "empty"),
            (r#""IA==""#, "true", None, "empty"),
            ("7", "", None, "not a JSON string"),
            (r#"[{"g":1}]"#, "", None, "not a JSON string"),
            (r#""\ud800""#, "", None, "not a JSON string"),
            (r#""text""#, "1", None, "neither true nor false"),
            (r#""text""#, r#""yes""#, None, "neither true nor false"),
            (r#""text""#, "[true]", None, "neither true nor false"),
            (r#""%""#, "true", None, "not base64"),
            (r#""/w==""#, "true", None, "not UTF-8"),
            (&gzip, "true", None, "compressed (gzip)"),
            (r#""KLUv/QQA""#, "true", None, "compressed (zstd)"),
            (r#""GwAA/w==""#, "true", Some("br"), "compressed (br)"),
            (r#""GwAA/w==""#, "true", Some(" identity "), "not UTF-8"),
        ] {
            let error = read(body, is_base64, content_encoding).unwrap_err();
            assert!(error.contains(words), "{body} {is_base64} {content_encoding:?}: {error}");
        }
    }

    #[test]
    fn bytes_that_were_taken_for_text_are_known_by_their_beginning() {
        let body =
            |said: Option<&str>| Body { value: None, is_base64: None, content_encoding: said.map(str::to_owned) };
        for (text, said, expected) in [
            ("\u{1f}\u{fffd}\u{8}", None, Some("gzip")),
            ("\u{1f}\u{8b}\u{8}", None, Some("gzip")),
            ("H4sIAAAAAAAA", None, Some("gzip, in base64")),
            ("\u{fffd}", Some("br"), Some("br")),
            ("{}", None, None),
            ("", Some("Identity"), None),
        ] {
            assert_eq!(body(said).compression(text.as_bytes()).as_deref(), expected, "{text:?} {said:?}");
        }
    }
}
