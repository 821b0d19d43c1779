//! The bytes as the fields of a context: of an HTTP request, or of a record.

#![no_main]

use std::sync::LazyLock;

use invariants::TRACEPARENT;
use kinetrace::{Fields, Propagators};
use libfuzzer_sys::fuzz_target;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

const NAMES: [&str; 5] = ["traceparent", "tracestate", "baggage", "b3", "x-amzn-trace-id"];

static EACH: LazyLock<Vec<Propagators>> = LazyLock::new(|| {
    ["tracecontext,baggage", "b3", "b3multi", "xray", "tracecontext,baggage,b3,b3multi,xray"]
        .map(|list| Propagators::parse(list).expect("a list of known names"))
        .into()
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let mut fields = Fields::default();
    for name in NAMES {
        fields.set(name, lines.next().unwrap_or_default().to_owned());
    }
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        fields.set(&name.to_ascii_lowercase(), value.to_owned());
    }
    check(&fields);
    fields.set("traceparent", TRACEPARENT.to_owned());
    check(&fields);
});

/// What was read of a context is sent on, and read again by the next.
fn check(fields: &Fields) {
    for propagators in EACH.iter() {
        let read = propagators.extract(fields);
        let span = read.span().span_context().clone();
        assert_eq!(propagators.read_by(fields).is_some(), span.is_valid(), "{fields:?}: judge and propagators differ");
        let sent = propagators.inject(&read);
        assert_eq!(sent.is_empty(), !span.is_valid(), "{fields:?}");
        if span.is_valid() {
            let again = propagators.extract(&sent);
            assert_eq!(ids(again.span().span_context()), ids(&span), "{fields:?} became {sent:?}");
        }
    }
}

fn ids(span: &SpanContext) -> (String, bool) {
    (format!("{}-{}", span.trace_id(), span.span_id()), span.is_sampled())
}
