use bytes::Bytes;
use kinetrace::Propagators;
use serde_json::json;

use crate::inspect::hint::in_topic;
use crate::inspect::part::{InTopic, Stored};
use crate::inspect::propagator::{EVERY, Named};

use super::*;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const B3: &str = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1";

type Header<'a> = (&'a str, Option<&'a str>);

/// As `inspect` does without `--propagators`, and with them.
fn hint(headers: &[Header<'_>], (key, value): (Option<&str>, &str), chosen: Option<&str>) -> Option<String> {
    let propagators = Propagators::parse(chosen.unwrap_or(EVERY)).unwrap();
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    let headers: Headers = headers.iter().map(|(name, value)| ((*name).into(), value.map(bytes))).collect();
    let context = HeaderReader::default().for_propagators(&propagators).read(HeaderList::iter(&headers));
    let own = InTopic { topic: None, partition: None, headers, is_tombstone: false };
    let record = Stored { partition_key: key.map(Into::into), ..Stored::bare(value.to_owned()) };
    let read = Named::by(&propagators, &context.fields);
    in_topic(&record, &own, &context, read.as_ref(), chosen.map(|_| &propagators))
}

#[test]
fn what_keeps_a_context_in_headers_from_being_read_is_named_with_the_way_out() {
    let quoted = format!("\"{TRACEPARENT}\"");
    let joined = format!("{TRACEPARENT},{TRACEPARENT}");
    let upper = TRACEPARENT.to_ascii_uppercase();
    let table: [(&[Header<'_>], &[&str]); 13] = [
        (&[("traceparent", None)], &["`traceparent` is malformed", "null"]),
        (&[("Traceparent", Some(""))], &["`traceparent` is malformed", "empty"]),
        (&[("traceparent", Some(&quoted))], &["in quotes"]),
        (&[("traceparent", Some(&joined))], &["commas"]),
        (&[("traceparent", Some(&upper))], &["upper-case"]),
        (&[("traceparent", Some("x")), ("traceparent", Some("00-"))], &["3 bytes, and 55 are right"]),
        (&[("b3", Some("0"))], &["`b3` is malformed", "not of the form"]),
        (&[("uber-trace-id", Some("1:2:3"))], &["`uber-trace-id` is malformed"]),
        (&[("trace-parent", Some(TRACEPARENT))], &["`trace-parent` names a trace", "only `traceparent` is read"]),
        (&[("ce-traceparent", Some(TRACEPARENT))], &["only `ce_traceparent` is read"]),
        (&[("X_AMZN_TRACE_ID", Some("Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7"))], &["x-amzn"]),
        (&[("trace-parent", Some("x"))], &[]),
        (&[("content-type", Some(TRACEPARENT)), ("baggage", Some("k=v"))], &[]),
    ];
    for (headers, expected) in table {
        let hint = hint(headers, (Some("k"), "{}"), None);
        assert_eq!(hint.is_some(), !expected.is_empty(), "{headers:?}: {hint:?}");
        let sentence = hint.unwrap_or_default();
        assert!(expected.iter().all(|part| sentence.contains(part)), "{headers:?}: {sentence}");
    }
}

#[test]
fn a_context_in_the_value_or_in_the_key_is_named() {
    let envelope = json!({"_otel": {"traceparent": TRACEPARENT}, "data": 1}).to_string();
    let wrapped = json!({"detail": {"_otel": {"traceparent": TRACEPARENT}}}).to_string();
    for (key, value, expected) in [
        (
            Some("k"),
            envelope.as_str(),
            "format envelope, where a consumer of Kafka looks only with KINETRACE_READ_KAFKA_VALUES",
        ),
        (Some("k"), &wrapped, "of its value, a context shows in `detail`"),
        (Some(TRACEPARENT), "{}", "its key is a `traceparent`"),
    ] {
        let hint = hint(&[("a", Some("b"))], (key, value), None).unwrap();
        assert!(hint.contains(expected), "{hint}");
    }
    // A header that is read leaves nothing to say.
    assert_eq!(hint(&[("traceparent", Some(TRACEPARENT))], (Some(TRACEPARENT), &envelope), None), None);
}

#[test]
fn contexts_that_only_other_propagators_read_are_named() {
    let b3 = ("b3", Some(B3));
    let both = [b3, ("traceparent", Some(TRACEPARENT))];
    let datadog = [("x-datadog-trace-id", Some("1")), ("x-datadog-parent-id", Some("1"))];
    let none = (None, "");
    for (headers, chosen, expected) in [
        (&[b3][..], None, Some("only if its OTEL_PROPAGATORS names b3")),
        (&[b3], Some("tracecontext"), Some("needs b3 among the propagators")),
        (&[b3], Some("b3"), None),
        (&both, None, None),
        (&both, Some("tracecontext"), None),
        (&datadog, None, None),
        (&datadog, Some("b3"), Some("needs tracecontext")),
    ] {
        let hint = hint(headers, none, chosen);
        assert_eq!(hint.is_some(), expected.is_some(), "{headers:?} {chosen:?}: {hint:?}");
        assert!(hint.unwrap_or_default().contains(expected.unwrap_or_default()), "{headers:?} {chosen:?}");
    }
}

#[test]
fn several_contexts_of_one_name_are_told_because_others_read_another() {
    let (one, other) = (("traceparent", Some(TRACEPARENT)), ("Traceparent", Some(TRACEPARENT)));
    for (headers, is_told) in [
        (&[one, other][..], true),
        (&[one, ("b3", Some(B3))], false),
        (&[("traceparent", None), one, ("traceparent", Some("00"))], false),
    ] {
        for chosen in [None, Some("tracecontext")] {
            let hint = hint(headers, (None, ""), chosen);
            assert_eq!(hint.is_some(), is_told, "{headers:?} {chosen:?}: {hint:?}");
            assert!(!is_told || hint.unwrap_or_default().contains("2 headers `traceparent`"), "{headers:?}");
        }
    }
}
