//! The bytes as data, and as the members `traceparent`, `tracestate` and `baggage`, and others among them.

#![no_main]

use invariants::{TRACEPARENT, read, read_one, round_trips};
use kinetrace::Format;
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    round_trips(bytes);
    read(&[br#"{"n":1.0,"traceparent":"#, bytes, br#","traceparent":""}"#].concat());
    read(&[br#"{ "traceparent":""#, TRACEPARENT.as_bytes(), br#"","tracestate":"#, bytes, br#","n":1.0}"#].concat());
    read(&[br#"{"n":1.0,"#, bytes, br#","traceparent":""#, TRACEPARENT.as_bytes(), br#""}"#].concat());

    let front = format!(r#"{{"n":1.0,"traceparent":"{TRACEPARENT}","tracestate":"#);
    let record = read_one(&[front.as_bytes(), bytes, br#","baggage":"#, bytes, b"}"].concat());
    if serde_json::from_slice::<&RawValue>(bytes).is_ok() {
        assert_eq!(record.format, Format::W3cMember);
        assert_eq!(record.fields.get("traceparent"), Some(TRACEPARENT));
    }
});
