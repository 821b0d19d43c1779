//! To the byte what the SDK's exporter would send.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use proptest::prelude::*;
use prost::Message as _;

use super::*;

/// As its exporter does.
fn by_the_sdk(spans: Vec<SpanData>, resource: &Resource) -> Vec<u8> {
    let resource_spans = group_spans_by_resource_and_scope(spans, &ResourceAttributesWithSchema::from(resource));
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

fn assert_same(spans: &[SpanData], resource: &Resource) {
    let boxed: Vec<_> = spans.iter().cloned().map(Box::new).collect();
    let body = SpanRequests::of(resource).body(&boxed);
    assert!(body == by_the_sdk(spans.to_vec(), resource), "{spans:?}");
}

/// Texts whose lengths take one byte, two and three.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{0,12}",
        1 => (120_usize..136).prop_map(|length| "x".repeat(length)),
        1 => (16_370_usize..16_390).prop_map(|length| "y".repeat(length)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let several = || 0..5_usize;
    prop_oneof![
        text().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::collection::vec(any::<bool>(), several()).prop_map(|it| Value::Array(Array::Bool(it))),
        prop::collection::vec(any::<i64>(), several()).prop_map(|it| Value::Array(Array::I64(it))),
        prop::collection::vec(any::<f64>(), several()).prop_map(|it| Value::Array(Array::F64(it))),
        prop::collection::vec(text().prop_map(StringValue::from), several())
            .prop_map(|it| Value::Array(Array::String(it))),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let attribute = (text(), value()).prop_map(|(key, value)| KeyValue::new(key, value));
    prop::collection::vec(attribute, 0..5)
}

fn state() -> impl Strategy<Value = TraceState> {
    let members = prop::collection::vec(("[a-z]{1,5}", "[a-z]{0,5}"), 0..3);
    members.prop_map(|members| TraceState::from_key_value(members).unwrap())
}

fn context() -> impl Strategy<Value = SpanContext> {
    (any::<u128>(), any::<u64>(), any::<u8>(), any::<bool>(), state()).prop_map(
        |(trace, span, flags, remote, state)| {
            SpanContext::new(TraceId::from(trace), SpanId::from(span), TraceFlags::new(flags), remote, state)
        },
    )
}

/// Before 1970, too, and later than nanoseconds of 64 bits can tell.
fn time() -> impl Strategy<Value = SystemTime> {
    prop_oneof![
        Just(UNIX_EPOCH),
        any::<u64>().prop_map(|nanoseconds| UNIX_EPOCH + Duration::from_nanos(nanoseconds)),
        (0_u64..1_000_000_000_000).prop_map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)),
        (0_u64..1_000_000).prop_map(|seconds| UNIX_EPOCH - Duration::from_secs(seconds)),
    ]
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![Just(Status::Unset), Just(Status::Ok), text().prop_map(Status::error)]
}

fn kind() -> impl Strategy<Value = SpanKind> {
    use SpanKind::{Client, Consumer, Internal, Producer, Server};
    prop::sample::select(vec![Client, Consumer, Internal, Producer, Server])
}

fn events() -> impl Strategy<Value = SpanEvents> {
    let event = (text(), time(), attributes(), any::<u32>())
        .prop_map(|(name, time, attributes, dropped)| Event::new(name, time, attributes, dropped));
    (prop::collection::vec(event, 0..3), any::<u32>()).prop_map(|(list, dropped_count)| {
        let mut events = SpanEvents::default();
        (events.events, events.dropped_count) = (list, dropped_count);
        events
    })
}

fn links() -> impl Strategy<Value = SpanLinks> {
    let link = (context(), attributes(), any::<u32>())
        .prop_map(|(context, attributes, dropped)| Link::new(context, attributes, dropped));
    (prop::collection::vec(link, 0..3), any::<u32>()).prop_map(|(list, dropped_count)| {
        let mut links = SpanLinks::default();
        (links.links, links.dropped_count) = (list, dropped_count);
        links
    })
}

fn scope() -> impl Strategy<Value = InstrumentationScope> {
    let scope = (prop::sample::select(vec!["", "a", "b"]), any::<bool>(), any::<bool>(), any::<bool>());
    scope.prop_map(|(name, has_version, has_schema, has_attributes)| {
        let mut scope = InstrumentationScope::builder(name);
        if has_version {
            scope = scope.with_version("1.0");
        }
        if has_schema {
            scope = scope.with_schema_url("https://scope");
        }
        if has_attributes {
            scope = scope.with_attributes([KeyValue::new("b", 1), KeyValue::new("a", "x".repeat(150))]);
        }
        scope.build()
    })
}

prop_compose! {
    fn span()(
        span_context in context(), parent_span_id in prop_oneof![Just(0), any::<u64>()],
        parent_span_is_remote in any::<bool>(), span_kind in kind(), name in text(), start_time in time(),
        end_time in time(), attributes in attributes(), dropped_attributes_count in any::<u32>(), events in events(),
        links in links(), (status, instrumentation_scope) in (status(), scope()),
    ) -> SpanData {
        SpanData {
            span_context, parent_span_id: SpanId::from(parent_span_id), parent_span_is_remote, span_kind,
            name: Cow::Owned(name), start_time, end_time, attributes, dropped_attributes_count, events, links, status,
            instrumentation_scope,
        }
    }
}

fn resource() -> impl Strategy<Value = Resource> {
    (attributes(), any::<bool>()).prop_map(|(attributes, has_schema)| {
        let builder = Resource::builder_empty();
        if has_schema {
            builder.with_schema_url(attributes, "https://resource").build()
        } else {
            builder.with_attributes(attributes).build()
        }
    })
}

proptest! {
    #[test]
    fn spans_are_written_to_the_byte_as_the_sdk_would(spans in prop::collection::vec(span(), 0..6), resource in resource()) {
        assert_same(&spans, &resource);
    }
}

/// The lengths of a request and of a scope take more bytes than are set aside for them.
#[test]
fn so_are_as_many_as_a_request_has_and_more() {
    let span = SpanData {
        span_context: SpanContext::NONE,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: Cow::Borrowed("span"),
        start_time: UNIX_EPOCH,
        end_time: UNIX_EPOCH,
        attributes: vec![KeyValue::new("key", "x".repeat(500))],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("scope").build(),
    };
    let resource = Resource::builder_empty().build();
    for count in [0, 1, 30, 5_000] {
        assert_same(&vec![span.clone(); count], &resource);
    }
}
