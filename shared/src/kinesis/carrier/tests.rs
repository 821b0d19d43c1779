use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::DEFAULT_MAX_RECORD_BYTES;
use crate::context::order::ProducerId;

const CARRIERS: [Carrier; 5] =
    [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey];

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn fields(fields: &[(&str, &str)]) -> Fields {
    let mut all = Fields::default();
    for (name, value) in fields {
        all.set(name, (*value).to_owned());
    }
    all
}

/// Contexts of all kinds.
fn contexts() -> [Fields; 5] {
    [
        fields(&[("traceparent", TRACEPARENT)]),
        fields(&[("traceparent", TRACEPARENT), ("tracestate", "rojo=1"), ("baggage", "a=\"b\"\u{1}é")]),
        fields(&[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1")]),
        fields(&[("traceparent", TRACEPARENT), ("my-context", "1")]),
        Fields::default(),
    ]
}

/// A record whose data is known to be JSON becomes what one of bytes does, and says the same.
fn assert_alike(json: &str) {
    let order = Order { producer: ProducerId::from_bits(7), sequence: u64::MAX };
    for carrier in CARRIERS {
        for fields in contexts() {
            for (order, limit) in
                [(None, DEFAULT_MAX_RECORD_BYTES), (Some(order), DEFAULT_MAX_RECORD_BYTES), (None, 150)]
            {
                let mut of_bytes = Record::new("N14228", json);
                let injection = carrier.inject(&mut of_bytes, &fields, order, limit);
                let known = carrier.inject_json(Record::from_json("N14228", json), &fields, order, limit);
                assert_eq!(known, (of_bytes, injection), "{carrier}: {json}");
            }
        }
    }
}

#[test]
fn a_record_that_is_known_to_be_json_is_sent_as_one_that_was_looked_at() {
    for json in [
        "{}",
        " { } ",
        "null",
        "[1]\n",
        r#""text""#,
        r#"{"_otel":{},"data":1}"#,
        r#"{"data":1,"_otel":{}}"#,
        r#"{"data":1,"a":2}"#,
        r#"{"d\u0061ta":1,"\u005fotel":{}}"#,
        r#"{"traceparent":"x"}"#,
        r#"{"a":1,"traceparent":"x"}"#,
        r#"{"a":1,"trac\u0065parent":"x"}"#,
        r#"{"tracestate":"x"}"#,
        r#"{"a":{"traceparent":"x"}}"#,
        r#"{"a":"\"traceparent\""}"#,
        r#"{"a":1,"baggage":2}"#,
        r#"{"_datadog":{}}"#,
        r#"{"a":1,"_d\u0061tadog":{}}"#,
    ] {
        assert_alike(json);
    }
}

#[test]
fn a_value_is_sent_as_its_json() {
    let record = Record::json("N14228", &[1.0, 2.5]).unwrap();
    assert_eq!((record.partition_key.as_str(), &*record.data, record.size()), ("N14228", &b"[1.0,2.5]"[..], 15));
    let error = Record::json("N14228", &std::collections::HashMap::from([(Some("alice"), 1)])).map(drop);
    assert!(error.is_ok(), "an optional text is a text");
    let error = Record::json("N14228", &std::collections::HashMap::from([([1], 1)])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value cannot be written as JSON: key must be a string; keys of maps must be strings or numbers"
    );
}

/// What the caller of `from_json` answers for: the data is not JSON any more, and nothing worse.
#[test]
fn bytes_that_are_vouched_for_wrongly_are_a_payload_without_a_context() {
    for lie in ["{", "", "no JSON", "{\"a\":1}}", "\u{fffd}"] {
        let known = Record::from_json("N14228", lie);
        let (record, _) = Carrier::Envelope.inject_json(known, &contexts()[0], None, DEFAULT_MAX_RECORD_BYTES);
        let data = record.data.clone();
        let read = crate::Reader::default().read(record.data.into(), None).remove(0);
        let is_json = serde_json::from_str::<&RawValue>(lie).is_ok();
        assert_eq!(
            (is_json, read.format, read.payload.as_ref()),
            (false, crate::Format::None, data.as_slice()),
            "{lie}"
        );
    }
}

/// The envelope has the payload as JSON exactly if `serde_json` takes it for JSON.
fn assert_envelope(payload: &[u8]) {
    let mut record = Record::new("N14228", payload);
    let injection = Carrier::Envelope.inject(&mut record, &contexts()[0], None, DEFAULT_MAX_RECORD_BYTES);
    if injection == Injection::Injected {
        let is_json = serde_json::from_slice::<&RawValue>(payload).is_ok();
        let base64 = format!(r#","data_base64":"{}"}}"#, BASE64.encode(payload)).into_bytes();
        let expected = if is_json { [b",\"data\":", payload, b"}"].concat() } else { base64 };
        assert!(record.data.ends_with(&expected), "{}", payload.escape_ascii());
    }
}

proptest! {
    #[test]
    fn whatever_the_json_a_record_that_is_known_to_be_some_is_sent_alike(
        names in prop::collection::vec(prop::sample::select(vec!["a", "_otel", "data", "order", "traceparent", "baggage", "_datadog", r"\u005fotel"]), 0..4),
        value in prop::sample::select(vec!["1", "{}", r#""\u0074""#, r#"{"traceparent":"x"}"#, "[\"_otel\"]"]),
    ) {
        let members: Vec<_> = names.iter().map(|name| format!(r#""{name}":{value}"#)).collect();
        assert_alike(&format!("{{{}}}", members.join(",")));
    }

    #[test]
    fn an_envelope_has_its_payload_as_json_if_it_is_json(payload in prop::collection::vec(prop::sample::select(b"{}[]\":,1e-. ntrue\\\xc3\xa9".to_vec()), 0..12)) {
        assert_envelope(&payload);
    }
}
