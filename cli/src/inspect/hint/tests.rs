use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use kinetrace::__private::aggregation;
use kinetrace::Record;
use serde_json::json;

use super::*;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const B3: &str = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1";

fn envelope() -> String {
    json!({"_otel": {"traceparent": TRACEPARENT}, "data": {"n": 1}}).to_string()
}

fn aggregate() -> Vec<u8> {
    let two = ["a", "b"].map(|payload| Record::new("k", payload));
    aggregation::pack(&two[0], &two[1..]).data
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// As `inspect` does without `--propagators`, and with them.
fn hint(data: impl AsRef<[u8]>, chosen: Option<&str>) -> Option<String> {
    let propagators = Propagators::parse(chosen.unwrap_or(crate::inspect::propagator::EVERY)).unwrap();
    let record = Stored::bare(data.as_ref().to_vec());
    let reader = Reader::default().for_propagators(&propagators);
    let extraction = reader.records(record.data.clone(), None).get(0).unwrap();
    let read = Named::by(&propagators, &extraction.fields);
    of(&record, &extraction, read.as_ref(), chosen.map(|_| &propagators))
}

#[test]
fn what_hides_a_context_is_named_with_the_way_out() {
    let envelope = envelope();
    let quoted = |text: &str| json!(text).to_string();
    let utf16: Vec<u8> = envelope.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("base64 twice", BASE64.encode(&envelope).into(), &["an envelope", "base64 decoding", "hand them the bytes"]),
        ("base64 thrice", BASE64.encode(BASE64.encode(&envelope)).into(), &["base64 decoding, base64 decoding"]),
        ("base64 of URLs", URL_SAFE_NO_PAD.encode(envelope.replace(":1", ":\"???~~~\"")).into(), &["base64 decoding"]),
        ("base64 in JSON", quoted(&BASE64.encode(&envelope)).into(), &["parsing a JSON string, base64 decoding"]),
        ("an aggregate", BASE64.encode(aggregate()).into(), &["an aggregated record shows after base64 decoding"]),
        ("gzip", gzip(&envelope), &["an envelope", "gunzip", "compress the payload"]),
        ("zlib", zlib(&envelope), &["inflating"]),
        ("gzip in base64", BASE64.encode(gzip(&envelope)).into(), &["base64 decoding, gunzip"]),
        ("JSON in a string", quoted(&envelope).into(), &["parsing a JSON string", "JSON twice"]),
        ("… twice", quoted(&quoted(&envelope)).into(), &["parsing a JSON string, parsing a JSON string"]),
        ("byte order mark", format!("\u{feff}{envelope}").into(), &["byte order mark", "write UTF-8"]),
        ("UTF-16", utf16, &["decoding UTF-16"]),
        ("two in one", format!("{envelope}\n{envelope}").into(), &["splitting", "put each as a record"]),
        ("a list", format!("[{envelope}]").into(), &["`[0]`", "members at the top"]),
        (
            "an event",
            json!({"Records": [{"kinesis": {"data": BASE64.encode(&envelope)}}]}).to_string().into(),
            &["taking `.Records[0].kinesis.data`, base64 decoding"],
        ),
    ];
    for (what, data, parts) in table {
        let hint = hint(data, None).unwrap_or_else(|| panic!("{what}: no hint"));
        let missing: Vec<_> = parts.iter().filter(|part| !hint.contains(**part)).collect();
        assert!(missing.is_empty(), "{what}: {missing:?} is not in {hint}");
    }
}

#[test]
fn what_wraps_a_record_on_its_way_is_named_with_the_way_out() {
    let envelope = envelope();
    let in_item = json!({"M": {"traceparent": {"S": TRACEPARENT}}});
    for (what, data, parts) in [
        (
            "EventBridge",
            json!({"detail-type": "x", "detail": {"traceparent": TRACEPARENT}}),
            &["in `detail`", "InputPath"][..],
        ),
        (
            "DynamoDB",
            json!({"dynamodb": {"NewImage": {"_otel": in_item}}}),
            &["in `dynamodb.NewImage._otel.M`", "string", "DynamoDB"],
        ),
        ("… as text", json!({"dynamodb": {"NewImage": {"body": {"S": envelope}}}}), &["NewImage.body.S`", "DynamoDB"]),
        (
            "SNS",
            json!({"Type": "Notification", "Message": envelope}),
            &["after taking `.Message`, parsing a JSON string", "raw message delivery"],
        ),
        ("SQS", json!({"messageId": "1", "body": envelope}), &["taking `.body`", "SQS"]),
        ("headers", json!({"headers": {"traceparent": TRACEPARENT}, "n": 1}), &["in `headers`", "members at the top"]),
        (
            "attributes",
            json!({"attributes": {"traceparent": {"stringValue": TRACEPARENT}}}),
            &["`traceparent`", "string"],
        ),
    ] {
        let hint = hint(data.to_string(), None).unwrap_or_else(|| panic!("{what}: no hint"));
        let missing: Vec<_> = parts.iter().filter(|part| !hint.contains(**part)).collect();
        assert!(missing.is_empty(), "{what}: {missing:?} is not in {hint}");
    }
    let logs = json!({"messageType": "DATA_MESSAGE", "logEvents": [{"message": "START"}]}).to_string();
    assert!(hint(gzip(logs), None).unwrap().contains("CloudWatch Logs"));
}

#[test]
fn a_field_that_is_nearly_right_is_named_with_what_is_wrong() {
    let upper = TRACEPARENT.to_uppercase();
    for (what, data, parts) in [
        (
            "Go's headers",
            json!({"_otel": {"Traceparent": [TRACEPARENT]}, "data": 1}),
            &["`Traceparent`", "in `_otel`", "`traceparent`"][..],
        ),
        ("capitals", json!({"TraceParent": TRACEPARENT}), &["`TraceParent`", "names are exact"]),
        ("a hyphen", json!({"_otel": {"trace-parent": TRACEPARENT}, "data": 1}), &["`trace-parent`"]),
        ("an array", json!({"_otel": {"traceparent": [TRACEPARENT]}, "data": 1}), &["not as a string"]),
        ("b3 at the top", json!({"a": 1, "b3": B3}), &["`b3`", "`_otel`"]),
        ("upper case", json!({"_otel": {"traceparent": upper}, "data": 1}), &["malformed", "upper-case"]),
        ("white space", json!({"traceparent": format!(" {TRACEPARENT}")}), &["malformed", "white space"]),
        ("short", json!({"traceparent": &TRACEPARENT[..54]}), &["malformed", "54 bytes, and 55"]),
        (
            "zeros",
            json!({"traceparent": TRACEPARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32))}),
            &["trace id of zeros"],
        ),
        ("version", json!({"traceparent": TRACEPARENT.replacen("00", "ff", 1)}), &["version ff"]),
        ("no fields", json!({"_otel": {}, "data": 1}), &["no span"]),
    ] {
        let hint = hint(data.to_string(), None).unwrap_or_else(|| panic!("{what}: no hint"));
        let missing: Vec<_> = parts.iter().filter(|part| !hint.contains(**part)).collect();
        assert!(missing.is_empty(), "{what}: {missing:?} is not in {hint}");
    }
}

#[test]
fn a_context_that_is_read_has_no_hint() {
    for data in [
        &envelope().into_bytes()[..],
        b"",
        b"plain text, and nothing else in it",
        b"{\"tailnum\":\"N14228\",\"n\":1.0}",
        b"\"a string that is long enough for a context\"",
        b"1",
        b"{\"traceparent\":null,\"b3\":\"cell\"}",
        b"c3RhbmRhcmQgYmFzZTY0IG9mIHBsYWluIHRleHQ=",
        &gzip(b"{\"n\":1}"),
        &gzip(b"")[..10],
        &(0..=255).collect::<Vec<u8>>(),
        &aggregate(),
    ] {
        assert_eq!(hint(data, None), None, "{}", String::from_utf8_lossy(data));
    }
}

#[test]
fn what_a_consumer_does_not_read_is_told_with_the_propagator_that_would() {
    let in_b3 = |payload: &str| format!(r#"{{"_otel":{{"b3":"{B3}"}},"data":{payload}}}"#);
    let both = in_b3(&format!(r#"{{"traceparent":"{TRACEPARENT}"}}"#));
    for (data, chosen, parts) in [
        (in_b3("1"), None, &["OTEL_PROPAGATORS names b3"][..]),
        (both.clone(), None, &["OTEL_PROPAGATORS names b3; by default it reads 4bf92f3577b34da6a3ce929d0e0e4736"]),
        (in_b3("1"), Some("tracecontext"), &["needs b3 among the propagators"]),
        (in_b3("1"), Some("none"), &["needs b3 among the propagators"]),
        (in_b3("1"), Some("b3"), &[]),
        (both, Some("tracecontext,baggage"), &[]),
        (envelope(), Some("b3"), &["needs tracecontext"]),
    ] {
        let hint = hint(&data, chosen).unwrap_or_default();
        assert_eq!(hint.is_empty(), parts.is_empty(), "{data}, {chosen:?}: {hint}");
        assert!(parts.iter().all(|part| hint.contains(part)), "{data}, {chosen:?}: {hint}");
    }
}

#[test]
fn what_is_nested_without_end_or_unpacks_to_gigabytes_is_given_up() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let mut nested = gzip(envelope());
    for _ in 0..40 {
        nested = gzip(&nested);
    }
    let strings = (0..12).fold("x".repeat(100), |text, _| json!(text).to_string());
    for data in [deep.into_bytes(), gzip(vec![b' '; 17 << 20]), nested, strings.into_bytes()] {
        assert_eq!(hint(data, None), None);
    }
}
