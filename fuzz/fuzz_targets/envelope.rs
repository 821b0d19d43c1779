//! The bytes as data, as the parts of an envelope, as payload and as fields.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use invariants::{Members, context, context_of, read, round_trip, tells_by_itself};
use kinetrace::{Carrier, Extraction, Fields, Format};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    check(&[br#"{"_otel":"#, bytes, br#","data":1}"#].concat());
    check(&[br#"{"_otel":{},"order":"#, bytes, br#","data":1}"#].concat());
    check(&[br#"{"_otel":{},"data_base64":""#, bytes, br#""}"#].concat());
    let canonical = check(&[br#"{"_otel":{},"data":"#, bytes, b"}"].concat());
    let lenient = check(&[br#"{"data":"#, bytes, br#","_otel":{}}"#].concat());
    if let Ok(json) = serde_json::from_slice::<&RawValue>(bytes) {
        // White space around the value is the payload's only where a writer of ours put it.
        assert_eq!((canonical.payload.as_ref(), lenient.payload.as_ref()), (bytes, json.get().as_bytes()));
    }

    let mut odd = context_of(bytes);
    odd.set(&String::from_utf8_lossy(bytes), "odd".to_owned());
    round_trip(Carrier::Envelope, bytes, &context());
    round_trip(Carrier::Envelope, bytes, &Fields::default());
    round_trip(Carrier::Envelope, br#"{ "n": 1.0 }"#, &odd);
});

fn check(data: &[u8]) -> Extraction {
    let record = read(data).remove(0);
    if record.user_record.is_some() {
        return record;
    }
    let expected = payload_of(data);
    let is_envelope = record.format == Format::Envelope;
    assert!(is_envelope == expected.is_some() || tells_by_itself(&record, data), "{record:?}");
    if let Some(expected) = expected {
        assert_eq!(record.payload.trim_ascii(), expected.trim_ascii());
    }
    record
}

/// The five conditions of docs/reference/wire-formats.md, word for word, and the payload but for white space around it.
fn payload_of(data: &[u8]) -> Option<Vec<u8>> {
    let members = Members::of(data)?;
    let [otel, order, json, base64] = ["_otel", "order", "data", "data_base64"].map(|name| members.values(name));
    let is_envelope = otel.len() == 1
        && otel[0].starts_with('{')
        && json.len() + base64.len() == 1
        && order.len() <= 1
        && members.count() == 2 + order.len();
    match (json.first(), base64.first()) {
        _ if !is_envelope => None,
        (Some(json), _) => Some(json.as_bytes().to_vec()),
        (_, base64) => BASE64.decode(serde_json::from_str::<String>(base64?).ok()?).ok(),
    }
}
