//! Each message with all of its fields: one that is new does not compile, until it is looked at here.

mod log_records;
mod metrics;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message as _;
use serde_json::{Value, json};

use super::*;

const LARGE: u64 = 1_581_452_773_000_000_789;

fn written(signal: Signal, request: &impl prost::Message) -> Value {
    let text = super::json(signal, &request.encode_to_vec()).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn any(value: Any) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn key_value(key: &str, value: Option<AnyValue>) -> KeyValue {
    KeyValue { key: key.to_owned(), value, key_strindex: 0 }
}

fn one_attribute() -> (Vec<KeyValue>, Value) {
    let attribute = key_value("k", Some(any(Any::BoolValue(true))));
    (vec![attribute], json!([{"key": "k", "value": {"boolValue": true}}]))
}

fn resource() -> (Resource, Value) {
    let (attributes, expected) = one_attribute();
    let resource = Resource { attributes, dropped_attributes_count: 1, entity_refs: Vec::new() };
    (resource, json!({"attributes": expected, "droppedAttributesCount": 1}))
}

fn scope() -> (InstrumentationScope, Value) {
    let (attributes, expected) = one_attribute();
    let (name, version) = ("scope".to_owned(), "1".to_owned());
    let scope = InstrumentationScope { name, version, attributes, dropped_attributes_count: 2 };
    (scope, json!({"name": "scope", "version": "1", "attributes": expected, "droppedAttributesCount": 2}))
}

#[test]
fn a_request_with_spans_has_each_field_in_the_form_of_the_specification() {
    let ((resource, resource_json), (scope, scope_json)) = (resource(), scope());
    let (attributes, attributes_json) = one_attribute();
    let event = Event {
        time_unix_nano: LARGE,
        name: "e".to_owned(),
        attributes: attributes.clone(),
        dropped_attributes_count: 3,
    };
    let link = Link {
        trace_id: vec![0xab; 16],
        span_id: vec![0xcd; 8],
        trace_state: "a=1".to_owned(),
        attributes: attributes.clone(),
        dropped_attributes_count: 4,
        flags: 0x301,
    };
    let span = Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        trace_state: "b=2".to_owned(),
        parent_span_id: vec![3; 8],
        flags: 0x101,
        name: "a \"name\"\n\u{1f680}".to_owned(),
        kind: 5,
        start_time_unix_nano: LARGE,
        end_time_unix_nano: u64::MAX,
        attributes,
        dropped_attributes_count: u32::MAX,
        events: vec![event],
        dropped_events_count: 5,
        links: vec![link],
        dropped_links_count: 6,
        status: Some(Status { message: "no".to_owned(), code: 2 }),
    };
    let spans = ScopeSpans { scope: Some(scope), spans: vec![span, Span::default()], schema_url: "s".to_owned() };
    let spans = ResourceSpans { resource: Some(resource), scope_spans: vec![spans], schema_url: "r".to_owned() };
    let span_json = json!({
        "traceId": "01010101010101010101010101010101", "spanId": "0202020202020202", "traceState": "b=2",
        "parentSpanId": "0303030303030303", "flags": 257, "name": "a \"name\"\n\u{1f680}", "kind": 5,
        "startTimeUnixNano": "1581452773000000789", "endTimeUnixNano": "18446744073709551615",
        "attributes": attributes_json, "droppedAttributesCount": 4_294_967_295u32,
        "events": [{"timeUnixNano": "1581452773000000789", "name": "e", "attributes": attributes_json,
                    "droppedAttributesCount": 3}],
        "droppedEventsCount": 5,
        "links": [{"traceId": "abababababababababababababababab", "spanId": "cdcdcdcdcdcdcdcd", "traceState": "a=1",
                   "attributes": attributes_json, "droppedAttributesCount": 4, "flags": 769}],
        "droppedLinksCount": 6, "status": {"message": "no", "code": 2},
    });
    let expected = json!({"resourceSpans": [{"resource": resource_json, "schemaUrl": "r", "scopeSpans": [
        {"scope": scope_json, "schemaUrl": "s", "spans": [span_json, {}]}]}]});
    assert_eq!(written(Signal::Spans, &ExportTraceServiceRequest { resource_spans: vec![spans] }), expected);
}

#[test]
fn values_have_the_forms_that_protobuf_has_in_json() {
    let list = |values| any(Any::ArrayValue(ArrayValue { values }));
    let map = |values| any(Any::KvlistValue(KeyValueList { values }));
    let double = |value| any(Any::DoubleValue(value));
    let table = [
        (any(Any::StringValue(String::new())), json!({"stringValue": ""})),
        (any(Any::StringValue("\u{0}\"\\é".to_owned())), json!({"stringValue": "\u{0}\"\\é"})),
        (any(Any::BoolValue(false)), json!({"boolValue": false})),
        (any(Any::IntValue(0)), json!({"intValue": "0"})),
        (any(Any::IntValue(i64::MIN)), json!({"intValue": "-9223372036854775808"})),
        (any(Any::IntValue(9_007_199_254_740_993)), json!({"intValue": "9007199254740993"})),
        (double(-0.5), json!({"doubleValue": -0.5})),
        (double(0.1 + 0.2), json!({"doubleValue": 0.300_000_000_000_000_04})),
        (double(f64::NAN), json!({"doubleValue": "NaN"})),
        (double(f64::INFINITY), json!({"doubleValue": "Infinity"})),
        (double(f64::NEG_INFINITY), json!({"doubleValue": "-Infinity"})),
        (any(Any::BytesValue(vec![0xfb, 0xff, 0])), json!({"bytesValue": "+/8A"})),
        (any(Any::BytesValue(vec![])), json!({"bytesValue": ""})),
        (list(vec![]), json!({"arrayValue": {}})),
        (
            list(vec![any(Any::IntValue(1)), list(vec![AnyValue { value: None }])]),
            json!({"arrayValue": {"values": [{"intValue": "1"}, {"arrayValue": {"values": [{}]}}]}}),
        ),
        (
            map(vec![key_value("k", Some(double(1.0))), key_value("none", None)]),
            json!({"kvlistValue": {"values": [{"key": "k", "value": {"doubleValue": 1.0}}, {"key": "none"}]}}),
        ),
        (AnyValue { value: None }, json!({})),
    ];
    for (value, expected) in table {
        let attributes = vec![key_value("k", Some(value))];
        let resource = Resource { attributes, ..Resource::default() };
        let spans = ResourceSpans { resource: Some(resource), ..ResourceSpans::default() };
        let written = written(Signal::Spans, &ExportTraceServiceRequest { resource_spans: vec![spans] });
        assert_eq!(written["resourceSpans"][0]["resource"]["attributes"], json!([{"key": "k", "value": expected}]));
    }
}

#[test]
fn what_is_not_otlp_is_an_error_and_values_that_never_end_are_one() {
    let mut deep = AnyValue { value: None };
    for _ in 0..200 {
        deep = any(Any::ArrayValue(ArrayValue { values: vec![deep] }));
    }
    let resource = Resource { attributes: vec![key_value("k", Some(deep))], ..Resource::default() };
    let spans = ResourceSpans { resource: Some(resource), ..ResourceSpans::default() };
    let deep = ExportTraceServiceRequest { resource_spans: vec![spans] }.encode_to_vec();
    for bytes in
        [&deep[..], b"\x0a\x05ab", b"\x0a", b"\x08\x01", b"\x0b", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"]
    {
        assert!(super::json(Signal::Spans, bytes).is_err(), "{:?}", &bytes[..bytes.len().min(20)]);
    }
    assert_eq!(super::json(Signal::Spans, b"").unwrap(), "{}");
    // Field 99 is new to this crate.
    assert_eq!(super::json(Signal::Spans, b"\x98\x06\x01").unwrap(), "{}");
}
