//! A key as text: in lines, in spans, and where records of one key have to be told from others.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;

/// What stands in front of a key that is not UTF-8, and is written in base64.
const PREFIX: &str = "base64:";

pub(crate) fn key_text(key: &Bytes) -> Arc<str> {
    match std::str::from_utf8(key) {
        Ok(text) => text.into(),
        Err(_) => format!("{PREFIX}{}", BASE64.encode(key)).into(),
    }
}
