//! The bytes as data, as headers, as the value of one, and as payload.

#![no_main]

use invariants::{TRACEPARENT, context, read, read_one, round_trips};
use kinetrace::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    round_trips(bytes);
    read(&[&[0xFF], bytes].concat());

    let Some(with_odd_value) = message(bytes, b"{}") else { return };
    read(&with_odd_value);

    let value = format!(r#""{TRACEPARENT}""#);
    let Some(with_odd_payload) = message(value.as_bytes(), bytes) else { return };
    let record = read_one(&with_odd_payload);
    assert_eq!((record.format, record.payload.as_ref(), record.fields), (Format::Spring, bytes, context()));
});

/// With one header.
fn message(value: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let name = b"traceparent";
    let length = u32::try_from(value.len()).ok()?.to_be_bytes();
    Some([&[0xFF, 1, u8::try_from(name.len()).ok()?], name.as_slice(), &length, value, payload].concat())
}
