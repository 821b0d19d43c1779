//! The bytes as data, and as a member `_otel`, its `traceparent` and its other members.

#![no_main]

use invariants::{TRACEPARENT, context, read, read_one, round_trips};
use kinetrace::Format;
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    round_trips(bytes);
    read(&[br#"{"n":1.0,"_otel":"#, bytes, b"}"].concat());
    read(&[br#"{"_otel":"#, bytes, br#", "data":1, "n":1.0}"#].concat());
    read(&[br#"{"n":1.0,"_otel":{"traceparent":"#, bytes, br#"},"_otel":{}}"#].concat());

    // What else stands in `_otel` does not matter.
    let Ok(json) = serde_json::from_slice::<&RawValue>(bytes) else { return };
    let others = if json.get().starts_with('"') { format!("{json}:1") } else { format!(r#""n":{json}"#) };
    let record = read_one(format!(r#"{{"n":1.0,"_otel":{{{others},"traceparent":"{TRACEPARENT}"}}}}"#).as_bytes());
    assert_eq!((record.format, record.fields), (Format::Otel, context()));
});
