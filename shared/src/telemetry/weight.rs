//! What a span weighs.

use opentelemetry::trace::{Status, TraceState};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// What a span takes in memory, in bytes, as far as that can be told: its parts and their texts, without what the allocator
/// adds.
pub(super) fn weight(span: &SpanData) -> usize {
    let events = span.events.iter().map(|event| size_of_val(event) + event.name.len() + attributes(&event.attributes));
    let links = span
        .links
        .iter()
        .map(|link| size_of_val(link) + state(link.span_context.trace_state()) + attributes(&link.attributes));
    let status = match &span.status {
        Status::Error { description } => description.len(),
        _ => 0,
    };
    size_of::<SpanData>()
        + span.name.len()
        + state(span.span_context.trace_state())
        + attributes(&span.attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
        + status
}

fn attributes(attributes: &[KeyValue]) -> usize {
    attributes
        .iter()
        .map(|attribute| size_of::<KeyValue>() + attribute.key.as_str().len() + value(&attribute.value))
        .sum()
}

/// Numbers stand in the attribute itself.
fn value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::String(texts)) => texts.iter().map(|text| size_of_val(text) + text.as_str().len()).sum(),
        Value::Array(Array::Bool(values)) => values.len(),
        Value::Array(Array::I64(values)) => size_of_val(values.as_slice()),
        Value::Array(Array::F64(values)) => size_of_val(values.as_slice()),
        _ => 0,
    }
}

fn state(state: &TraceState) -> usize {
    state.into_iter().map(|(key, value)| 2 * size_of::<String>() + key.len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use opentelemetry::trace::{Span as _, SpanContext, SpanId, TraceFlags, TraceId, Tracer as _, TracerProvider as _};
    use opentelemetry::{Context, StringValue};
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanProcessor};

    use super::*;

    #[derive(Debug, Default, Clone)]
    struct Weighs(Arc<Mutex<Vec<usize>>>);

    impl SpanProcessor for Weighs {
        fn on_start(&self, _: &mut Span, _: &Context) {}
        fn on_end(&self, span: SpanData) {
            self.0.lock().unwrap().push(weight(&span));
        }
        fn force_flush(&self) -> OTelSdkResult {
            Ok(())
        }
        fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
            Ok(())
        }
    }

    fn weight_of(change: impl FnOnce(&mut Span)) -> usize {
        let weighs = Weighs::default();
        let provider = SdkTracerProvider::builder().with_span_processor(weighs.clone()).build();
        let mut span = provider.tracer("test").start("span");
        change(&mut span);
        span.end();
        weighs.0.lock().unwrap()[0]
    }

    fn link() -> SpanContext {
        let state = format!("a={}", "x".repeat(250)).parse().unwrap();
        SpanContext::new(TraceId::from(1), SpanId::from(1), TraceFlags::SAMPLED, true, state)
    }

    /// Every part that others can make large.
    #[test]
    fn every_large_part_of_a_span_weighs() {
        let text = || "x".repeat(250);
        let texts = || Value::Array(Array::String(vec![StringValue::from(text())]));
        let plain = weight_of(|_| ());
        let table: [(&str, usize); 8] = [
            ("name", weight_of(|span| span.update_name(text()))),
            ("attribute", weight_of(|span| span.set_attribute(KeyValue::new("k", text())))),
            ("array of texts", weight_of(|span| span.set_attribute(KeyValue::new("k", texts())))),
            (
                "array of numbers",
                weight_of(|span| span.set_attribute(KeyValue::new("k", Value::Array(Array::I64(vec![0; 32]))))),
            ),
            ("status", weight_of(|span| span.set_status(Status::error(text())))),
            ("event", weight_of(|span| span.add_event(text(), Vec::new()))),
            ("event's attribute", weight_of(|span| span.add_event("e", vec![KeyValue::new("k", text())]))),
            ("link", weight_of(|span| span.add_link(link(), Vec::new()))),
        ];
        for (what, weight) in table {
            assert!(weight >= plain + 240, "{what}: {weight} and {plain}");
        }
    }
}
