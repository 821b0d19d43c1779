use super::super::spliced::tests::{
    LIMIT, TRACEPARENT, fields, leave_the_record_as_it_is, reach_the_limit_and_do_not_pass_it, read, traceparent,
};
use super::*;
use crate::Format;

/// Of bytes of which nothing is known.
fn inject(record: &mut Record, fields: &Fields, limit: usize) -> Injection {
    super::inject(record, Known::Nothing, fields, limit)
}

/// `…` stands for the traceparent.
fn text(text: &str) -> String {
    text.replace('…', TRACEPARENT)
}

#[test]
fn the_context_is_spliced_in_after_the_brace_and_nothing_else_changes() {
    let table = [
        ("{}", r#"{"traceparent":"…"}"#),
        ("{ }", r#"{"traceparent":"…" }"#),
        (r#"{"a":1}"#, r#"{"traceparent":"…","a":1}"#),
        ("{ \"a\" : 1.0 }\n", "{\"traceparent\":\"…\", \"a\" : 1.0 }\n"),
        (" \r\n\t{\"a\":1e3} \r\n", " \r\n\t{\"traceparent\":\"…\",\"a\":1e3} \r\n"),
        (r#"{"n":12345678901234567890,"n":2}"#, r#"{"traceparent":"…","n":12345678901234567890,"n":2}"#),
        (r#"{"é":"\u00e9日"}"#, r#"{"traceparent":"…","é":"\u00e9日"}"#),
        (r#"{"o":{"traceparent":"x"}}"#, r#"{"traceparent":"…","o":{"traceparent":"x"}}"#),
        (r#"{"a":1,"baggage":{"pieces":2}}"#, r#"{"traceparent":"…","a":1,"baggage":{"pieces":2}}"#),
        (r#"{"_otel":{},"data":1}"#, r#"{"traceparent":"…","_otel":{},"data":1}"#),
        (r#"{"_datadog":{"traceparent":"…"}}"#, r#"{"traceparent":"…","_datadog":{"traceparent":"…"}}"#),
    ];
    for (payload, expected) in table {
        let (payload, expected) = (text(payload), text(expected));
        let mut record = Record::new("k", payload.as_str());
        assert_eq!(inject(&mut record, &traceparent(), LIMIT), Injection::Injected);
        assert_eq!(String::from_utf8(record.data).unwrap(), expected);
        let read = read(&expected);
        assert_eq!((read.format, read.fields), (Format::Member, traceparent()), "{expected}");
        assert_eq!(read.payload, payload.as_str(), "{expected}");
    }
}

#[test]
fn all_fields_are_spliced_in_canonical_order_and_come_back() {
    let all = fields(&[("b3", "0"), ("baggage", "a=\"b\""), ("tracestate", "rojo=1"), ("traceparent", TRACEPARENT)]);
    let mut record = Record::new("k", r#"{"a":1}"#);
    assert_eq!(inject(&mut record, &all, LIMIT), Injection::Injected);
    let data = String::from_utf8(record.data).unwrap();
    assert_eq!(data, text(r#"{"traceparent":"…","tracestate":"rojo=1","baggage":"a=\"b\"","b3":"0","a":1}"#));
    assert_eq!((read(&data).fields, read(&data).payload.as_ref()), (all, br#"{"a":1}"#.as_slice()));
}

#[test]
fn a_record_that_cannot_carry_the_context_is_left_as_it_was() {
    let tracestate = fields(&[("traceparent", TRACEPARENT), ("tracestate", "rojo=1")]);
    let unknown = fields(&[("traceparent", TRACEPARENT), ("my-context", "1")]);
    let baggage = fields(&[("baggage", "a=b")]);
    let spliced = text(r#"{"traceparent":"…","a":1}"#);
    let table = [
        ("{}", Fields::default(), Injection::NoContext),
        ("", traceparent(), Injection::Unsupported),
        ("[1]", traceparent(), Injection::Unsupported),
        ("1", traceparent(), Injection::Unsupported),
        (r#""text""#, traceparent(), Injection::Unsupported),
        ("null", traceparent(), Injection::Unsupported),
        (r#"{"a":}"#, traceparent(), Injection::Unsupported),
        ("{} {}", traceparent(), Injection::Unsupported),
        ("\u{feff}{}", traceparent(), Injection::Unsupported),
        ("\0\u{1}", traceparent(), Injection::Unsupported),
        (&spliced, traceparent(), Injection::AlreadyPresent),
        (r#"{"a":1,"traceparent":null}"#, traceparent(), Injection::AlreadyPresent),
        (r#"{"a":1,"trace\u0070arent":"x"}"#, traceparent(), Injection::AlreadyPresent),
        // The payload's own would be taken for a part of the splice,
        (r#"{"tracestate":"mine","a":1}"#, traceparent(), Injection::Unsupported),
        (r#"{"baggage":2}"#, traceparent(), Injection::Unsupported),
        // or there would be two of a name,
        (r#"{"a":1,"tracestate":"mine"}"#, tracestate, Injection::Unsupported),
        // or a reader would not know what to look for.
        ("{}", unknown, Injection::Unsupported),
        ("{}", baggage, Injection::Unsupported),
    ];
    leave_the_record_as_it_is(inject, table);
}

#[test]
fn data_and_partition_key_together_may_reach_the_limit_but_not_pass_it() {
    reach_the_limit_and_do_not_pass_it(inject, &text(r#"{"traceparent":"…"}"#));
}

#[test]
fn what_was_not_spliced_in_stays_where_it_is() {
    let table = [
        // A name before it, white space within it, a name that comes again: other programs wrote these.
        (r#"{"a":1,"traceparent":"…"}"#, Format::W3cMember),
        (r#"{ "traceparent":"…","a":1}"#, Format::W3cMember),
        (r#"{"traceparent": "…","a":1}"#, Format::W3cMember),
        (r#"{"traceparent":"…" ,"a":1}"#, Format::W3cMember),
        (r#"{"traceparent":"…","traceparent":"…"}"#, Format::W3cMember),
        (r#"{"traceparent":"…","a":1,"traceparent":"…"}"#, Format::W3cMember),
        (r#"{"traceparent":"…", "tracestate":"rojo=1"}"#, Format::W3cMember),
        (r#"{"traceparent":"…","tracestate":1}"#, Format::W3cMember),
        // Or another order, another way to escape, a value that is empty.
        (r#"{"baggage":"2 bags","traceparent":"…","a":1}"#, Format::W3cMember),
        (r#"{"traceparent":"…","tracestate":"\u0061=1","a":1}"#, Format::W3cMember),
        (r#"{"traceparent":"…","tracestate":"","a":1}"#, Format::W3cMember),
        (r#"{"traceparent":"00","a":1}"#, Format::None),
        (r#"{"traceparent":1,"a":1}"#, Format::None),
        (r#"{"tracestate":"rojo=1","a":1}"#, Format::None),
        // Names that are words of business as well.
        (r#"{"b3":"12","c4":"x"}"#, Format::None),
        (r#"{"x-b3-traceid":"463ac35c9f6413ad48485a3953bb6124","host":"x"}"#, Format::None),
        (r#"{"x-amzn-trace-id":"Root=1","host":"x"}"#, Format::None),
        (r#"{"traceparent":"…","a":1"#, Format::None),
        (r#"{"traceparent":"…",}"#, Format::None),
        (r#"[{"traceparent":"…"}]"#, Format::None),
    ];
    for (data, format) in table {
        let data = text(data);
        let read = read(&data);
        assert_eq!((read.format, read.payload.as_ref()), (format, data.as_bytes()));
        assert_eq!(read.fields.get("traceparent").is_some(), format != Format::None, "{data}");
    }
}
