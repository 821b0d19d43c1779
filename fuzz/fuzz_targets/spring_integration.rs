//! The bytes as data, as headers and as payload.

#![no_main]

use invariants::{TRACEPARENT, context, read, read_one, round_trips};
use kinetrace::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    round_trips(bytes);

    let Some(with_odd_headers) = message(bytes, b"{}") else { return };
    read(&with_odd_headers);
    round_trips(&with_odd_headers);

    let headers = format!(r#"{{"contentType":"application/json","traceparent":"{TRACEPARENT}"}}"#);
    let Some(with_odd_payload) = message(headers.as_bytes(), bytes) else { return };
    let record = read_one(&with_odd_payload);
    assert_eq!((record.format, record.payload.as_ref(), record.fields), (Format::Spring, bytes, context()));
});

fn message(headers: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let length = |part: &[u8]| Some(u32::try_from(part.len()).ok()?.to_be_bytes());
    Some([&length(headers)?, headers, &length(payload)?, payload].concat())
}
