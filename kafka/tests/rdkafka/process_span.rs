//! The span of a record that was received, by what its headers say.

use kinetrace_kafka::Propagation;
use kinetrace_testing::Recorder;
use opentelemetry::Context;
use opentelemetry::trace::{SpanId, SpanKind, Status, TraceContextExt as _, Tracer as _};
use rdkafka::Timestamp;
use rdkafka::message::{Header, OwnedHeaders, OwnedMessage};

const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const SENDER: &str = "00f067aa0ba902b7";

fn message(headers: &[(&str, Option<&[u8]>)], payload: Option<&str>) -> OwnedMessage {
    let list =
        headers.iter().fold(OwnedHeaders::new(), |list, (key, value)| list.insert(Header { key, value: *value }));
    let payload = payload.map(|payload| payload.as_bytes().to_vec());
    let key = Some(b"N14228".to_vec());
    OwnedMessage::new(payload, key, "flights".to_owned(), Timestamp::CreateTime(1), 3, 4711, Some(list))
}

#[test]
fn a_record_continues_its_producers_trace() {
    let recorder = Recorder::new();
    let propagation = Propagation::new().telemetry(&recorder.telemetry());
    drop(propagation.process_span(&message(&[("traceparent", Some(SENT.as_bytes()))], None)));
    let span = recorder.span("process flights");
    assert_eq!((span.span_kind, span.status, span.links.len()), (SpanKind::Consumer, Status::Unset, 0));
    assert_eq!(span.parent_span_id.to_string(), SENDER);
    for (name, value) in [
        ("messaging.system", "kafka"),
        ("messaging.operation.name", "process"),
        ("messaging.destination.name", "flights"),
        ("messaging.destination.partition.id", "3"),
        ("messaging.kafka.offset", "4711"),
        ("messaging.kafka.message.key", "N14228"),
        ("messaging.kafka.message.tombstone", "true"),
        ("kinetrace.format", "headers"),
    ] {
        let found = span.attributes.iter().find(|it| it.key.as_str() == name).map(|it| it.value.to_string());
        assert_eq!(found.as_deref(), Some(value), "{name}");
    }
}

#[test]
fn of_the_span_around_it_and_its_producers_it_has_one_as_parent_and_the_other_as_link() {
    for (links, is_producers_child) in [(false, true), (true, false)] {
        let recorder = Recorder::new();
        let propagation = Propagation::new().telemetry(&recorder.telemetry()).link_to_producers(links);
        let around = Context::current().with_span(recorder.telemetry().tracer().start("poll"));
        let around_id = around.span().span_context().span_id();
        let span = {
            let _guard = around.attach();
            propagation.process_span(&message(&[("traceparent", Some(SENT.as_bytes()))], Some("{}")))
        };
        drop(span);
        let span = recorder.span("process flights");
        let (parent, link) = (span.parent_span_id, span.links[0].span_context.span_id());
        let (producers, surrounding) = if is_producers_child { (parent, link) } else { (link, parent) };
        assert_eq!((producers.to_string().as_str(), surrounding), (SENDER, around_id), "{links}");
    }
}

#[test]
fn headers_that_mean_nothing_fail_nothing() {
    for value in [None, Some(&b""[..]), Some(b"\xff"), Some(b"00-zz-zz-01")] {
        let recorder = Recorder::new();
        let propagation = Propagation::new().telemetry(&recorder.telemetry());
        drop(propagation.process_span(&message(&[("traceparent", value)], Some("{}"))));
        assert_eq!(recorder.span("process flights").parent_span_id, SpanId::INVALID, "{value:?}");
    }
}

#[test]
fn a_failure_is_the_spans_and_its_context_is_the_handlers() {
    let recorder = Recorder::new();
    let propagation = Propagation::new().telemetry(&recorder.telemetry());
    let span = propagation.process_span(&message(&[("traceparent", Some(SENT.as_bytes()))], Some("{}")));
    let id = span.context().span().span_context().span_id();
    span.fail("io", &"no\nspace");
    let span = recorder.span("process flights");
    assert_eq!(span.span_context.span_id(), id);
    assert_eq!(span.status, Status::error(r"no\nspace"));
    assert_eq!(recorder.spans().len(), 1);
}
