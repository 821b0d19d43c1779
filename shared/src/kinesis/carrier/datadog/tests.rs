use super::super::spliced::tests::{
    LIMIT, TRACEPARENT, fields, leave_the_record_as_it_is, reach_the_limit_and_do_not_pass_it, read, traceparent,
};
use super::*;
use crate::Format;

/// Of bytes of which nothing is known.
fn inject(record: &mut Record, fields: &Fields, limit: usize) -> Injection {
    super::inject(record, Known::Nothing, fields, limit)
}

/// What is written for it alone.
const MEMBER: &str = concat!(
    r#""_datadog":{"x-datadog-trace-id":"11803532876627986230","x-datadog-parent-id":"67667974448284343","#,
    r#""x-datadog-sampling-priority":"1","x-datadog-tags":"_dd.p.tid=4bf92f3577b34da6","#,
    r#""traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#
);

/// `D` stands for the member, `…` for the traceparent.
fn text(text: &str) -> String {
    text.replace('D', MEMBER).replace('…', TRACEPARENT)
}

#[test]
fn the_member_is_spliced_in_after_the_brace_and_nothing_else_changes() {
    let table = [
        ("{}", "{D}"),
        ("{ }", "{D }"),
        (r#"{"a":1}"#, r#"{D,"a":1}"#),
        ("{ \"a\" : 1.0 }\n", "{D, \"a\" : 1.0 }\n"),
        (" \r\n\t{\"a\":1e3} \r\n", " \r\n\t{D,\"a\":1e3} \r\n"),
        (r#"{"n":12345678901234567890,"n":2}"#, r#"{D,"n":12345678901234567890,"n":2}"#),
        (r#"{"é":"\u00e9日"}"#, r#"{D,"é":"\u00e9日"}"#),
        (r#"{"o":{"_datadog":{}}}"#, r#"{D,"o":{"_datadog":{}}}"#),
        (r#"{"_otel":{},"data":1}"#, r#"{D,"_otel":{},"data":1}"#),
        // Contexts of others, which would count if it were not there.
        (r#"{"traceparent":"…","a":1}"#, r#"{D,"traceparent":"…","a":1}"#),
        (r#"{"a":1,"_otel":{"traceparent":"…"}}"#, r#"{D,"a":1,"_otel":{"traceparent":"…"}}"#),
    ];
    for (payload, expected) in table {
        let (payload, expected) = (text(payload), text(expected));
        let mut record = Record::new("k", payload.as_str());
        assert_eq!(inject(&mut record, &traceparent(), LIMIT), Injection::Injected);
        assert_eq!(String::from_utf8(record.data).unwrap(), expected);
        let read = read(&expected);
        assert_eq!((read.format, read.fields), (Format::Datadog, traceparent()), "{expected}");
        assert_eq!(read.payload, payload.as_str(), "{expected}");
    }
}

#[test]
fn all_fields_travel_in_it_next_to_what_datadogs_tracers_write() {
    let table = [
        // A trace that is not sampled, and an id of 64 bits.
        (
            fields(&[("traceparent", "00-0000000000000000ffffffffffffffff-0000000000000001-00")]),
            r#""x-datadog-trace-id":"18446744073709551615","x-datadog-parent-id":"1","x-datadog-sampling-priority":"0""#,
        ),
        // What a tracer upstream has said goes on, but for the upper half, which is that of the trace.
        (
            fields(&[
                ("traceparent", TRACEPARENT),
                ("tracestate", "rojo=1,dd=s:2;o:rum;t.dm:-4;t.tid:ffffffffffffffff;p:00f067aa0ba902b7"),
                ("baggage", "a=\"b\""),
                ("b3", "0"),
            ]),
            concat!(
                r#""x-datadog-trace-id":"11803532876627986230","x-datadog-parent-id":"67667974448284343","#,
                r#""x-datadog-origin":"rum","x-datadog-sampling-priority":"2","#,
                r#""x-datadog-tags":"_dd.p.tid=4bf92f3577b34da6,_dd.p.dm=-4""#
            ),
        ),
    ];
    for (fields, datadogs) in table {
        let mut record = Record::new("k", r#"{"a":1}"#);
        assert_eq!(inject(&mut record, &fields, LIMIT), Injection::Injected);
        let data = String::from_utf8(record.data).unwrap();
        let others = serde_json::to_string(&fields).unwrap();
        assert_eq!(data, format!(r#"{{"_datadog":{{{datadogs},{},"a":1}}"#, &others[1..]));
        assert_eq!((read(&data).fields, read(&data).payload.as_ref()), (fields, br#"{"a":1}"#.as_slice()));
    }
}

/// They pass over longer tags, and would lose half of the trace id.
#[test]
fn the_upper_half_of_the_trace_id_travels_however_long_the_tags_are() {
    for (length, has_tag) in [(512 - "_dd.p.tid=4bf92f3577b34da6,_dd.p.a=".len(), true), (500, false)] {
        let tracestate = format!("dd=t.a:{}", "x".repeat(length));
        let mut record = Record::new("k", "{}");
        inject(&mut record, &fields(&[("traceparent", TRACEPARENT), ("tracestate", &tracestate)]), LIMIT);
        let data = String::from_utf8(record.data).unwrap();
        let tag = if has_tag { format!(",_dd.p.a={}", "x".repeat(length)) } else { String::new() };
        assert!(data.contains(&format!(r#""x-datadog-tags":"_dd.p.tid=4bf92f3577b34da6{tag}","#)), "{data}");
    }
}

#[test]
fn a_record_that_cannot_carry_the_context_is_left_as_it_was() {
    let b3 = fields(&[("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1")]);
    let unknown = fields(&[("traceparent", TRACEPARENT), ("my-context", "1")]);
    let malformed = fields(&[("traceparent", "00")]);
    let no_lower_half = fields(&[("traceparent", "00-4bf92f3577b34da60000000000000000-00f067aa0ba902b7-01")]);
    let spliced = text(r#"{D,"a":1}"#);
    let table = [
        ("{}", Fields::default(), Injection::NoContext),
        ("", traceparent(), Injection::Unsupported),
        ("[1]", traceparent(), Injection::Unsupported),
        (r#""text""#, traceparent(), Injection::Unsupported),
        (r#"{"a":}"#, traceparent(), Injection::Unsupported),
        ("{} {}", traceparent(), Injection::Unsupported),
        ("\u{feff}{}", traceparent(), Injection::Unsupported),
        ("\0\u{1}", traceparent(), Injection::Unsupported),
        // A forwarder keeps the first context, whichever tracer put it there, and no payload gets two members of one name.
        (&spliced, traceparent(), Injection::AlreadyPresent),
        (r#"{"a":1,"_datadog":{"x-datadog-trace-id":"1"}}"#, traceparent(), Injection::AlreadyPresent),
        (r#"{"a":1,"_datadog":{"dd-pathway-ctx-base64":"AAAA"}}"#, traceparent(), Injection::AlreadyPresent),
        (r#"{"a":1,"_\u0064atadog":null}"#, traceparent(), Injection::AlreadyPresent),
        // There are no ids to write,
        ("{}", b3, Injection::Unsupported),
        ("{}", malformed, Injection::Unsupported),
        ("{}", no_lower_half, Injection::Unsupported),
        // or a reader would not know what to look for.
        ("{}", unknown, Injection::Unsupported),
    ];
    leave_the_record_as_it_is(inject, table);
}

#[test]
fn data_and_partition_key_together_may_reach_the_limit_but_not_pass_it() {
    reach_the_limit_and_do_not_pass_it(inject, &text("{D}"));
}

#[test]
fn what_others_wrote_stays_where_it_is() {
    let table = [
        // Another place, another way to write it, a second one.
        r#"{"a":1,D}"#,
        r#"{ D,"a":1}"#,
        r#"{D ,"a":1}"#,
        r#"{D,"a":1,"_datadog":{"traceparent":"…"}}"#,
        r#"{"_datadog":{"traceparent":"…"},"a":1}"#,
        r#"{"_datadog": {"x-datadog-trace-id": "7", "x-datadog-parent-id": "1"},"a":1}"#,
        r#"{"_datadog":{"x-datadog-trace-id":"7","x-datadog-parent-id":"1","x-datadog-sampling-priority":"1"},"a":1}"#,
    ];
    for data in table {
        let data = text(data);
        let read = read(&data);
        assert_eq!((read.format, read.payload.as_ref()), (Format::Datadog, data.as_bytes()), "{data}");
    }
    for data in [text(r#"{D,"a":1"#), text("{D,}"), text("[{D}]")] {
        assert_eq!((read(&data).format, read(&data).payload.as_ref()), (Format::None, data.as_bytes()), "{data}");
    }
}
