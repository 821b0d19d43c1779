//! The text of an event, of which some records get other data.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A record's place in the event, and its new data. In the order of the event.
pub(super) type Replacement = (usize, Bytes);

/// The body with these data, and otherwise the same to the byte; as it is if it has no such records.
pub(super) fn replace(body: Bytes, replacements: &[Replacement]) -> Bytes {
    if replacements.is_empty() {
        return body;
    }
    spliced(&body, replacements).map_or(body, Bytes::from)
}

fn spliced(body: &[u8], replacements: &[Replacement]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(rename = "Records", borrow)]
        records: Vec<&'a RawValue>,
    }
    let Event { records } = serde_json::from_slice(body).ok()?;
    let mut out = Vec::with_capacity(body.len());
    let mut base64 = String::new();
    let mut end = 0;
    for (index, data) in replacements {
        let place = place_of_data(body, records.get(*index)?.get())?;
        out.extend_from_slice(body.get(end..place.start)?);
        base64.clear();
        BASE64.encode_string(data, &mut base64);
        out.push(b'"');
        out.extend_from_slice(base64.as_bytes());
        out.push(b'"');
        end = place.end;
    }
    out.extend_from_slice(body.get(end..)?);
    Some(out)
}

/// Where in the body this record of it has its data, quotes included.
fn place_of_data(body: &[u8], record: &str) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Record<'a> {
        #[serde(borrow)]
        kinesis: Kinesis<'a>,
    }
    #[derive(Deserialize)]
    struct Kinesis<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let Record { kinesis: Kinesis { data } } = serde_json::from_str(record).ok()?;
    // It is a part of the body, so its address tells its place.
    let start = data.get().as_ptr().addr().checked_sub(body.as_ptr().addr())?;
    Some(start..start + data.get().len())
}
