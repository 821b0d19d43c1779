use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};

use super::*;

fn context(flags: TraceFlags) -> Context {
    let trace_id = TraceId::from_hex("4bf92f3577b34da6a3ce929d0e0e4736").unwrap();
    let span_id = SpanId::from_hex("00f067aa0ba902b7").unwrap();
    let span = SpanContext::new(trace_id, span_id, flags, true, TraceState::default());
    Context::new().with_remote_span_context(span).with_baggage([KeyValue::new("tenant", "7")])
}

#[test]
fn every_propagator_writes_its_fields_and_reads_them_back() {
    let table = [
        ("tracecontext", r#"{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#),
        ("baggage,none", r#"{"baggage":"tenant=7"}"#),
        ("b3", r#"{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}"#),
        (
            "b3multi",
            r#"{"x-b3-traceid":"4bf92f3577b34da6a3ce929d0e0e4736","x-b3-spanid":"00f067aa0ba902b7","x-b3-sampled":"1"}"#,
        ),
        ("xray", r#"{"x-amzn-trace-id":"Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"}"#),
        ("none", "{}"),
    ];
    for (list, expected) in table {
        let propagators = Propagators::parse(list).unwrap();
        let context = context(TraceFlags::SAMPLED);
        let fields = propagators.inject(&context);
        assert_eq!(serde_json::to_string(&fields).unwrap(), expected, "{list}");
        if expected.contains("00f067aa0ba902b7") {
            let read = propagators.extract(&fields);
            assert_eq!(read.span().span_context(), context.span().span_context(), "{list}");
        }
    }
}

#[test]
fn without_a_valid_span_there_is_nothing_to_send() {
    let baggage_only = Context::new().with_baggage([KeyValue::new("tenant", "7")]);
    assert!(Propagators::default().inject(&baggage_only).is_empty());
}

#[test]
fn malformed_fields_are_as_good_as_absent() {
    let table = [
        ("tracecontext", "traceparent", "00-zz-00f067aa0ba902b7-01"),
        ("tracecontext", "traceparent", ""),
        ("b3", "b3", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("b3", "b3", "0"),
        ("b3", "b3", "x-y-z-a-b-c"),
        ("b3multi", "x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("xray", "x-amzn-trace-id", "Root=;Parent=;Sampled=?"),
    ];
    for (list, name, value) in table {
        let mut fields = Fields::default();
        fields.set(name, value.to_owned());
        let context = Propagators::parse(list).unwrap().extract(&fields);
        assert!(!context.span().span_context().is_valid(), "{name}: {value}");
    }
}

#[test]
fn an_unknown_name_is_refused_by_name() {
    let error = Propagators::parse("tracecontext,jaeger").unwrap_err().to_string();
    assert!(error.contains("OTEL_PROPAGATORS") && error.contains("\"jaeger\""), "{error}");
}

#[derive(Debug)]
struct Panics;

impl TextMapPropagator for Panics {
    fn inject_context(&self, _: &Context, fields: &mut dyn Injector) {
        fields.set("half", "written".to_owned());
        panic!("a propagator's bug");
    }
    fn extract_with_context(&self, _: &Context, _: &dyn Extractor) -> Context {
        panic!("a propagator's bug");
    }
    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&[])
    }
}

#[test]
fn a_propagator_that_panics_costs_its_own_fields_only() {
    let propagators = Propagators::of([Box::new(Panics) as Propagator, Box::new(TraceContext::default())]);
    let context = context(TraceFlags::SAMPLED);
    let fields = propagators.inject(&context);
    assert_eq!(fields.keys(), ["traceparent"]);
    assert_eq!(propagators.extract(&fields).span().span_context(), context.span().span_context());
}

fn with_state(state: &str) -> Context {
    let span = context(TraceFlags::SAMPLED).span().span_context().clone();
    let state = state.parse().unwrap();
    context(TraceFlags::SAMPLED).with_remote_span_context(SpanContext::new(
        span.trace_id(),
        span.span_id(),
        span.trace_flags(),
        true,
        state,
    ))
}

/// Thirty-two members, of which a few fit.
fn large_state() -> String {
    (0..32).map(|n| format!("k{n}={}", "x".repeat(100))).collect::<Vec<_>>().join(",")
}

fn fields_of(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    pairs.iter().for_each(|(name, value)| fields.set(name, (*value).to_owned()));
    fields
}

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn what_is_written_stays_within_the_limits_in_every_format() {
    let baggage: Vec<_> = (0..64).map(|n| KeyValue::new(format!("key{n}"), "x".repeat(100))).collect();
    let context = with_state(&large_state()).with_baggage(baggage);
    for (list, limit) in [("tracecontext", 55 + 512), ("baggage", 1024), ("b3,b3multi", 200), ("xray", 100 + 512)] {
        let propagators = Propagators::parse(list).unwrap();
        let fields = propagators.inject(&context);
        let bytes: usize = fields.iter().map(|(_, value)| value.len()).sum();
        assert!(bytes > 0 && bytes <= limit, "{list}: {bytes}");
        let dropped = propagators.dropped();
        assert_eq!(dropped.tracestate_written, 28, "{list}");
        assert_eq!(dropped.baggage_written, if list == "baggage" { 55 } else { 0 }, "{list}");
    }
}

#[test]
fn what_is_read_stays_within_the_limits_in_every_format() {
    let state = large_state();
    let xray = format!(
        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1;{}",
        state.replace(',', ";")
    );
    let table = [
        ("tracecontext", fields_of(&[("traceparent", TRACEPARENT), ("tracestate", &state)])),
        ("tracecontext", fields_of(&[("traceparent", TRACEPARENT), ("tracestate", &format!("{state},{state}"))])),
        (
            "tracecontext",
            fields_of(&[("traceparent", TRACEPARENT), ("tracestate", &format!("a={}", "x".repeat(14_000)))]),
        ),
        ("xray", fields_of(&[("x-amzn-trace-id", &xray)])),
    ];
    for (list, fields) in table {
        let propagators = Propagators::parse(list).unwrap();
        let read = propagators.extract(&fields);
        assert!(read.span().span_context().is_valid(), "{list}");
        let header = read.span().span_context().trace_state().header();
        assert!(header.len() <= limits::MAX_TRACESTATE_BYTES, "{list}: {}", header.len());
        assert!(propagators.dropped().tracestate_read > 0, "{list}");
    }
}

/// One member that nobody may send costs the others nothing: W3C has it removed first.
#[test]
fn a_member_that_is_too_large_leaves_its_neighbours() {
    let state = format!("rojo=1,large={},congo=2", "x".repeat(14_000));
    let read = Propagators::default().extract(&fields_of(&[("traceparent", TRACEPARENT), ("tracestate", &state)]));
    assert_eq!(read.span().span_context().trace_state().header(), "rojo=1,congo=2");
    let baggage = format!("tenant=7,large={},region=eu", "x".repeat(9000));
    let propagators = Propagators::default();
    let read = propagators.extract(&fields_of(&[("baggage", &baggage)]));
    assert_eq!((read.baggage().len(), read.baggage().get("region").map(|value| value.as_str())), (2, Some("eu")));
    assert_eq!(propagators.dropped().baggage_read, 1);
}

#[test]
fn of_baggage_only_named_keys_are_read_and_written() {
    let propagators = Propagators::default().with_baggage_keys(["tenant"]);
    let read = propagators.extract(&fields_of(&[("traceparent", TRACEPARENT), ("baggage", "tenant=7,user=alice")]));
    assert_eq!(read.baggage().iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["tenant"]);
    let context =
        context(TraceFlags::SAMPLED).with_baggage([KeyValue::new("user", "alice"), KeyValue::new("tenant", "7")]);
    assert_eq!(propagators.inject(&context).get("baggage"), Some("tenant=7"));
    let none = context.with_baggage([KeyValue::new("user", "alice")]);
    assert_eq!(propagators.inject(&none).keys(), ["traceparent"]);
    assert_eq!(propagators.dropped(), Dropped::default());
}

/// A trace is begun anew for nobody's sake: its ids and flags stay when members are dropped.
#[test]
fn ids_and_flags_survive_the_limit() {
    for flags in [TraceFlags::SAMPLED, TraceFlags::default()] {
        let span = context(flags).span().span_context().clone();
        let state = large_state().parse().unwrap();
        let large = SpanContext::new(span.trace_id(), span.span_id(), flags, true, state);
        let fields = Propagators::default().inject(&Context::new().with_remote_span_context(large));
        assert_eq!(fields.get("traceparent"), Propagators::default().inject(&context(flags)).get("traceparent"));
    }
}
