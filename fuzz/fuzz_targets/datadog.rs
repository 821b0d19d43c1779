//! The bytes as data, and as a member `_datadog` and the values in it.

#![no_main]

use invariants::{TRACEPARENT, read, read_one, round_trips};
use kinetrace::Format;
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    round_trips(bytes);
    read(&[br#"{"foo":"bar","_datadog":"#, bytes, b"}"].concat());
    read(&[br#"{ "_datadog":"#, bytes, br#", "_otel":{}, "data":1 }"#].concat());
    read(&[br#"{"_datadog":{"x-datadog-trace-id":"#, bytes, br#","x-datadog-parent-id":"1"}}"#].concat());

    // The lower half of the trace id of the `traceparent`.
    let ids = r#""x-datadog-trace-id":"11803532876627986230","x-datadog-parent-id":"67667974448284343""#;
    let front = format!(r#"{{"n":1.0,"_datadog":{{{ids},"traceparent":"{TRACEPARENT}","x-datadog-tags":"#);
    let beside_ids = [front.as_bytes(), bytes, br#","x-datadog-sampling-priority":"#, bytes, b"}}"].concat();
    let record = read_one(&beside_ids);
    if serde_json::from_slice::<&RawValue>(bytes).is_ok() {
        assert_eq!(record.format, Format::Datadog);
        assert_eq!(record.fields.get("traceparent"), Some(TRACEPARENT));
    }
});
