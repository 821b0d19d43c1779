//! The bytes as the headers of a Kafka record, a line each: `name:value`, or a name whose value is null.

#![no_main]

use bytes::Bytes;
use invariants::TRACEPARENT;
use kinetrace::kafka::{HeaderContext, Headers, extract, inject};
use kinetrace::{Fields, Format, Injection, Notation};
use libfuzzer_sys::fuzz_target;

const OWN: [&str; 4] = ["traceparent", "tracestate", "baggage", "kinetrace-order"];

fuzz_target!(|bytes: &[u8]| {
    let mut headers: Headers = bytes.split(|byte| *byte == b'\n').map(header).collect();
    check(&extract(&headers));

    let others = of_others(&headers);
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    assert_eq!(inject(&mut headers, &fields, None, usize::MAX), Injection::Injected);
    assert_eq!(of_others(&headers), others);
    let context = extract(&headers);
    check(&context);
    assert_eq!(context.fields.get("traceparent"), Some(TRACEPARENT));
    assert_eq!((context.fields.get("tracestate"), context.order, context.format), (None, None, Format::Headers));
});

fn header(line: &[u8]) -> (std::sync::Arc<str>, Option<Bytes>) {
    let mut parts = line.splitn(2, |byte| *byte == b':');
    let name = String::from_utf8_lossy(parts.next().unwrap_or_default()).into();
    (name, parts.next().map(Bytes::copy_from_slice))
}

fn of_others(headers: &Headers) -> Vec<(String, Option<Bytes>)> {
    let others = headers.iter().filter(|(name, _)| !OWN.iter().any(|own| own.eq_ignore_ascii_case(name)));
    others.map(|(name, value)| (name.to_owned(), value.cloned())).collect()
}

/// What is malformed is absent, and all that names a trace names one span.
fn check(context: &HeaderContext) {
    let notations = Notation::all_of(&context.fields).count();
    let named = ["traceparent", "b3", "x-b3-traceid", "x-amzn-trace-id"];
    assert_eq!(notations, named.iter().filter(|name| context.fields.get(name).is_some()).count(), "{context:?}");
    let is_empty = context.fields.is_empty() && context.order.is_none();
    assert_eq!(context.format == Format::None, is_empty, "{context:?}");
}
