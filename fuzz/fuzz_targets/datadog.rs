//! The bytes as data, as a member `_datadog` and the values in it, and as the members of an object, also after a member
//! `_datadog` that we might have written, and as fields.

#![no_main]

use invariants::{TRACEPARENT, context, context_in_other_words, context_of, read, read_one, round_trip, round_trips};
use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Format, Record};
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

    let object = [b"{", bytes, b"}"].concat();
    round_trip(Carrier::Datadog, &object, &context());
    round_trip(Carrier::Datadog, &object, &context_in_other_words());
    round_trip(Carrier::Datadog, br#"{ "n": 1.0 }"#, &context_of(bytes));
    let mut alone = Record::new("k", "{}");
    Carrier::Datadog.inject(&mut alone, &context(), None, DEFAULT_MAX_RECORD_BYTES);
    let spliced = alone.data.strip_suffix(b"}").expect("an object");
    read(&[spliced, bytes].concat());
    read(&[spliced, b",", bytes, b"}"].concat());
});
