//! The bytes as an invocation of the function `producer`, as the body of an HTTP request, as an event, and as its group.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::Record;
use kinetrace_producer_function::requested;
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

const GROUP_FIELD: &str = "g";

/// No text of ours has it.
const SECRET: &str = "Qx7Alice";

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let quoted = serde_json::to_string(text).expect("text is JSON");
    for invocation in [
        text,
        &format!(r#"{{"requestContext":{{}},"headers":{{"traceparent":{quoted}}},"body":{quoted}}}"#),
        &format!(r#"{{"requestContext":{text},"headers":{text},"body":{text},"isBase64Encoded":{text}}}"#),
    ] {
        // Whatever it is, it must not panic.
        let _ = read(invocation);
    }
    let base64 = format!(r#"{{"requestContext":{{}},"body":"{}","isBase64Encoded":true}}"#, BASE64.encode(bytes));
    let plain = format!(r#"{{"requestContext":{{}},"body":{quoted}}}"#);
    assert_eq!(read(&base64).ok(), read(&plain).ok());

    for secret in [format!("{text}{SECRET}"), format!("{SECRET}{text}")] {
        let quoted = serde_json::to_string(&secret).expect("text is JSON");
        for event in [&secret, &quoted, &format!(r#"{{"h":{quoted}}}"#), &format!(r#"{{"g":[{quoted}]}}"#)] {
            check_refusal(&format!(r#"{{"events":[{event}]}}"#));
            check_refusal(&format!(r#"{{"requestContext":{{}},"body":{quoted}}}"#));
        }
    }

    // Within the depth that serde_json reads, with what is put around it.
    let brackets = text.bytes().filter(|byte| b"[{".contains(byte)).count();
    if let Ok(json) = serde_json::from_str::<&RawValue>(text)
        && brackets < 100
    {
        let event = format!(r#"{{"g":"user-42","n":{}}}"#, json.get());
        let records = read(&format!(r#"{{"events":[{event}, {event}]}}"#)).expect("two events");
        let [first, second] = &records[..] else { panic!("{records:?}") };
        assert_eq!((first, &first.data[..], &*first.partition_key), (second, event.as_bytes(), "user-42"));
    }
});

fn read(invocation: &str) -> Result<Vec<Record>, String> {
    let records = requested(invocation, GROUP_FIELD);
    for record in records.iter().flatten() {
        assert!(!record.partition_key.is_empty());
        serde_json::from_slice::<&RawValue>(&record.data).expect("an event is JSON, to the byte");
    }
    records
}

/// Its text goes to the caller, into a span, and perhaps to a destination.
fn check_refusal(invocation: &str) {
    if let Err(text) = read(invocation) {
        assert!(!text.contains(SECRET), "{text}");
    }
}
