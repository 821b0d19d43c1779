use super::*;
use crate::context::order::ProducerId;
use crate::kafka::headers::Headers;

const W3C: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const STALE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01";
const B3: &str = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1";

type Header<'a> = (&'a str, Option<&'a [u8]>);

/// Who writes it, the headers, and what is read of them.
type Row<'a> = (&'a str, Vec<Header<'a>>, &'a [(&'a str, &'a str)], Format);

fn some<'a>(name: &'a str, value: &'a str) -> Header<'a> {
    (name, Some(value.as_bytes()))
}

fn headers(list: &[Header<'_>]) -> Headers {
    list.iter().map(|(name, value)| ((*name).into(), value.map(bytes::Bytes::copy_from_slice))).collect()
}

fn pairs(context: &HeaderContext) -> Vec<(&str, &str)> {
    context.fields.iter().collect()
}

#[test]
fn the_context_of_every_writer_is_read() {
    let datadogs =
        [some("x-datadog-trace-id", "11803532876627986230"), some("x-datadog-parent-id", "67667974448284343")];
    let datadog = |more: &[Header<'static>]| [&datadogs[..], more].concat();
    let table: [Row<'_>; 16] = [
        ("Java's agent", vec![some("k", "v"), some("traceparent", W3C)], &[("traceparent", W3C)], Format::Headers),
        (
            "Java's interceptor, after a producer that wrote another case",
            vec![some("Traceparent", STALE), some("traceparent", W3C)],
            &[("traceparent", W3C)],
            Format::Headers,
        ),
        ("Brave", vec![some("b3", B3)], &[("b3", B3)], Format::Headers),
        (
            "Brave, several",
            vec![
                some("X-B3-TraceId", "a3ce929d0e0e4736"),
                some("X-B3-SpanId", "00f067aa0ba902b7"),
                some("X-B3-Sampled", "1"),
            ],
            &[("x-b3-traceid", "a3ce929d0e0e4736"), ("x-b3-spanid", "00f067aa0ba902b7"), ("x-b3-sampled", "1")],
            Format::Headers,
        ),
        (
            "Spring's retry topic, which added one for each attempt",
            vec![some("traceparent", STALE), some("retry_topic-attempts", "\0\0\0\u{2}"), some("traceparent", W3C)],
            &[("traceparent", W3C)],
            Format::Headers,
        ),
        (
            "Python, which appends to what a forwarder handed on",
            vec![
                some("traceparent", STALE),
                some("tracestate", "a=1"),
                some("traceparent", W3C),
                some("tracestate", "a=2"),
            ],
            &[("traceparent", W3C), ("tracestate", "a=2")],
            Format::Headers,
        ),
        (
            "kafkajs and Elastic",
            vec![some("traceparent", W3C), some("tracestate", "es=s:1"), some("baggage", "k=v")],
            &[("traceparent", W3C), ("tracestate", "es=s:1"), ("baggage", "k=v")],
            Format::Headers,
        ),
        (
            "New Relic",
            vec![some("newrelic", "eyJ2IjpbMCwxXX0="), some("traceparent", W3C), some("tracestate", "1@nr=0-0")],
            &[("traceparent", W3C), ("tracestate", "1@nr=0-0")],
            Format::Headers,
        ),
        (
            "X-Ray",
            vec![some("X-Amzn-Trace-Id", "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1")],
            &[("x-amzn-trace-id", "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1")],
            Format::Headers,
        ),
        (
            "Datadog with W3C",
            datadog(&[some("traceparent", W3C), some("tracestate", "dd=s:1")]),
            &[("traceparent", W3C), ("tracestate", "dd=s:1")],
            Format::Headers,
        ),
        (
            "Datadog",
            datadog(&[some("x-datadog-sampling-priority", "1"), some("x-datadog-tags", "_dd.p.tid=4bf92f3577b34da6")]),
            &[("traceparent", W3C)],
            Format::DatadogHeaders,
        ),
        (
            "Datadog without a sampled trace",
            datadog(&[some("x-datadog-sampling-priority", "-1"), some("baggage", "k=v")]),
            &[("traceparent", "00-0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-00"), ("baggage", "k=v")],
            Format::DatadogHeaders,
        ),
        (
            "Jaeger",
            vec![some("uber-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736:f067aa0ba902b7:0:1"), some("uberctx-k", "v")],
            &[("traceparent", W3C)],
            Format::JaegerHeader,
        ),
        (
            "CloudEvents",
            vec![some("ce_id", "7"), some("ce_traceparent", W3C), some("ce_tracestate", "a=1")],
            &[("traceparent", W3C), ("tracestate", "a=1")],
            Format::CloudEventsHeaders,
        ),
        ("baggage alone", vec![some("baggage", "k=v")], &[("baggage", "k=v")], Format::Headers),
        (
            "nobody",
            vec![some("baggage", "two bags"), some("tracestate", "a=1"), some("x-b3-sampled", "0")],
            &[],
            Format::None,
        ),
    ];
    for (who, list, expected, format) in table {
        let context = extract(&headers(&list));
        assert_eq!((pairs(&context).as_slice(), context.format), (expected, format), "{who}");
    }
}

#[test]
fn the_last_value_that_is_well_formed_counts() {
    let unread: [Option<&[u8]>; 6] = [None, Some(b""), Some(b"\xff\xfe"), Some(b"00"), Some(&[b'0'; 55]), Some(b" ")];
    for (name, value, field) in [
        ("traceparent", W3C, "traceparent"),
        ("b3", B3, "b3"),
        ("ce_traceparent", W3C, "traceparent"),
        ("uber-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1", "traceparent"),
    ] {
        for unread in unread {
            for upper in [name.to_owned(), name.to_ascii_uppercase()] {
                let list = [some(name, value), (&upper, unread)];
                let context = extract(&headers(&list));
                let expected = if field == name { value } else { W3C };
                assert_eq!(context.fields.get(field), Some(expected), "{list:?}");
            }
            assert_eq!(extract(&headers(&[(name, unread)])).format, Format::None, "{name} {unread:?}");
        }
    }
}

#[test]
fn what_is_trusted_more_counts_wherever_it_stands() {
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "000000000000000");
    let traceparent = |n: u32| format!("00-{trace}-{span}{n}-01");
    let by_trust: [(Vec<(&str, String)>, &str); 7] = [
        (vec![("traceparent", traceparent(1))], "traceparent"),
        (vec![("b3", format!("{trace}-{span}2-1"))], "b3"),
        (vec![("x-b3-traceid", trace.to_owned()), ("x-b3-spanid", format!("{span}3"))], "x-b3-spanid"),
        (
            vec![("x-amzn-trace-id", format!("Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent={span}4"))],
            "x-amzn-trace-id",
        ),
        (vec![("x-datadog-trace-id", "7".to_owned()), ("x-datadog-parent-id", "5".to_owned())], "traceparent"),
        (vec![("uber-trace-id", format!("{trace}:6:0:1"))], "traceparent"),
        (vec![("ce_traceparent", traceparent(7))], "traceparent"),
    ];
    let alone: Vec<_> = by_trust
        .iter()
        .map(|(list, field)| {
            let list: Vec<_> = list.iter().map(|(name, value)| some(name, value)).collect();
            let context = extract(&headers(&list));
            assert!(context.fields.get(field).is_some(), "{list:?}");
            (list, context)
        })
        .collect();
    for (at, (more, context)) in alone.iter().enumerate() {
        for (less, _) in &alone[at + 1..] {
            for both in [[&more[..], less].concat(), [&less[..], more].concat()] {
                assert_eq!(extract(&headers(&both)), *context, "{both:?}");
            }
        }
    }
}

#[test]
fn one_span_in_several_notations_is_one_context() {
    let list = [
        some("b3", B3),
        some("traceparent", W3C),
        some("x-b3-traceid", "7777777777777777"),
        some("x-b3-spanid", "7777777777777777"),
    ];
    assert_eq!(pairs(&extract(&headers(&list))), [("traceparent", W3C), ("b3", B3)]);
}

#[cfg(feature = "opentelemetry")]
#[test]
fn a_context_that_the_propagators_read_is_preferred() {
    let list = headers(&[
        some("b3", B3),
        some("traceparent", STALE),
        some("x-datadog-trace-id", "1"),
        some("x-datadog-parent-id", "1"),
    ]);
    let without_w3c = headers(&[some("b3", B3), some("x-datadog-trace-id", "1"), some("x-datadog-parent-id", "1")]);
    for (propagators, list, field, format) in [
        ("tracecontext,b3", &list, "traceparent", Format::Headers),
        ("b3", &list, "b3", Format::Headers),
        ("tracecontext", &without_w3c, "traceparent", Format::DatadogHeaders),
        ("tracecontext,b3", &without_w3c, "b3", Format::Headers),
        ("xray", &without_w3c, "b3", Format::Headers),
    ] {
        let reader = HeaderReader::default().for_propagators(&Propagators::parse(propagators).unwrap());
        let context = reader.read(HeaderList::iter(list));
        assert_eq!((context.fields.iter().next().unwrap().0, context.format), (field, format), "{propagators}");
    }
}

#[test]
fn the_last_count_that_is_well_formed_is_the_records() {
    let order = |sequence| Some(Order { producer: ProducerId::from_bits(0xab), sequence });
    for (list, expected) in [
        (vec![some("kinetrace-order", "00000000000000ab-7")], order(7)),
        (vec![some("kinetrace-order", "00000000000000ab-7"), some("Kinetrace-Order", "00000000000000ab-8")], order(8)),
        (vec![some("kinetrace-order", "00000000000000ab-7"), some("kinetrace-order", "8")], order(7)),
        (vec![some("kinetrace-order", "ab-7")], None),
        (vec![("kinetrace-order", None)], None),
    ] {
        let context = extract(&headers(&list));
        assert_eq!(context.order, expected, "{list:?}");
        assert_eq!(context.format == Format::None, expected.is_none(), "{list:?}");
    }
}

#[test]
fn a_million_headers_leave_one_small_context() {
    let names = ["traceparent", "TRACESTATE", "x", "b3", "baggage", "a-name-that-nobody-reads"];
    let list = (0..1_000_000).map(|n| some(names[n % names.len()], if n % 2 == 0 { W3C } else { "k=v" }));
    let context = HeaderReader::default().read(list);
    assert_eq!(pairs(&context), [("traceparent", W3C), ("tracestate", "k=v")]);
}
