//! The text of an event, of which some records get other data.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;

/// Where in the body the data of a record stands, without its quotes, and its new data. In the order of the event.
pub(super) type Replacement = (Range<usize>, Bytes);

/// The body with these data, and otherwise the same to the byte; as it is if there are none.
pub(super) fn replace(body: Bytes, replacements: &[Replacement]) -> Bytes {
    if replacements.is_empty() {
        return body;
    }
    spliced(&body, replacements).map_or(body, Bytes::from)
}

fn spliced(body: &[u8], replacements: &[Replacement]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut base64 = String::new();
    let mut end = 0;
    for (place, data) in replacements {
        out.extend_from_slice(body.get(end..place.start)?);
        base64.clear();
        BASE64.encode_string(data, &mut base64);
        out.extend_from_slice(base64.as_bytes());
        end = place.end;
    }
    out.extend_from_slice(body.get(end..)?);
    Some(out)
}

/// Where in the body this text stands. It is a part of the body, so its address tells its place.
pub(super) fn place(body: &[u8], text: &str) -> Option<Range<usize>> {
    let start = text.as_ptr().addr().checked_sub(body.as_ptr().addr())?;
    let end = start.checked_add(text.len())?;
    (end <= body.len()).then_some(start..end)
}
