//! What is malformed is absent in every format, whatever a propagator would make of it.
#![allow(clippy::unwrap_used, clippy::panic)]

use bytes::Bytes;
use kinetrace::Notation;
use kinetrace::kafka::{Headers, extract};
use kinetrace::{Carrier, Fields, Injection, Order, ProducerId, Propagators, Reader, Record};
use opentelemetry::trace::TraceContextExt as _;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";
const UPPER_TRACE: &str = "4BF92F3577B34DA6A3CE929D0E0E4736";
const UPPER_SPAN: &str = "00F067AA0BA902B7";
const NO_TRACE: &str = "00000000000000000000000000000000";
const NO_SPAN: &str = "0000000000000000";

type Pairs = Vec<(&'static str, String)>;

fn traceparent(text: String) -> Pairs {
    vec![("traceparent", text)]
}

fn b3(text: String) -> Pairs {
    vec![("b3", text)]
}

fn b3_multi(trace_id: &str, span_id: &str, sampled: Option<&str>) -> Pairs {
    let ids = [("x-b3-traceid", trace_id), ("x-b3-spanid", span_id)];
    ids.into_iter().chain(sampled.map(|s| ("x-b3-sampled", s))).map(|(name, value)| (name, value.to_owned())).collect()
}

fn xray(text: String) -> Pairs {
    vec![("x-amzn-trace-id", text)]
}

fn well_formed() -> Vec<Pairs> {
    let root = format!("1-{}-{}", &TRACE[..8], &TRACE[8..]);
    vec![
        traceparent(format!("00-{TRACE}-{SPAN}-01")),
        traceparent(format!("00-{TRACE}-{SPAN}-00")),
        traceparent(format!("00-{TRACE}-{SPAN}-ff")),
        traceparent(format!("cc-{TRACE}-{SPAN}-01")),
        traceparent(format!("01-{TRACE}-{SPAN}-01-what-comes-later")),
        b3(format!("{TRACE}-{SPAN}")),
        b3(format!("{TRACE}-{SPAN}-0")),
        b3(format!("{TRACE}-{SPAN}-d")),
        b3(format!("{}-{SPAN}-1-{SPAN}", &TRACE[16..])),
        b3_multi(TRACE, SPAN, None),
        b3_multi(&TRACE[16..], SPAN, Some("0")),
        b3_multi(TRACE, SPAN, Some("true")),
        xray(format!("Root={root};Parent={SPAN};Sampled=1")),
        xray(format!("Parent={SPAN};Root={root}")),
        xray(format!("Root={root}; Parent={SPAN}; Sampled=?; Lineage=a87bd80c:0|68fd508a:5;")),
        xray(format!("Root={root};Parent={SPAN};Sampled=0;É=ü")),
    ]
}

#[rustfmt::skip]
fn malformed() -> Vec<Pairs> {
    let (time, random) = TRACE.split_at(8);
    let mut table = vec![
        b3_multi(UPPER_TRACE, SPAN, Some("1")),
        b3_multi(TRACE, UPPER_SPAN, Some("1")),
        b3_multi(NO_TRACE, SPAN, Some("1")),
        b3_multi(TRACE, NO_SPAN, Some("1")),
        b3_multi(&TRACE[1..], SPAN, Some("1")),
        b3_multi(TRACE, &SPAN[1..], None),
        b3_multi(&format!("+{}", &TRACE[1..]), SPAN, None),
        b3_multi(TRACE, &format!("+{}", &SPAN[1..]), None),
        b3_multi(TRACE, SPAN, Some("yes")),
        b3_multi(TRACE, SPAN, Some("2")),
        vec![("x-b3-traceid", TRACE.to_owned())],
        vec![("x-b3-spanid", SPAN.to_owned())],
    ];
    table.extend([
        format!("00-{UPPER_TRACE}-{SPAN}-01"),
        format!("00-{TRACE}-{UPPER_SPAN}-01"),
        format!("00-{TRACE}-{SPAN}-0A"),
        format!("0A-{TRACE}-{SPAN}-01"),
        format!("00-{NO_TRACE}-{SPAN}-01"),
        format!("00-{TRACE}-{NO_SPAN}-01"),
        format!("ff-{TRACE}-{SPAN}-01"),
        format!("ff-{TRACE}-{SPAN}-01-more"),
        format!("00-{TRACE}-{SPAN}-01-more"),
        format!("00-{TRACE}-{SPAN}-01-"),
        format!("01-{TRACE}-{SPAN}-01more"),
        format!("00-{TRACE}-{SPAN}-1"),
        format!("00-{TRACE}-{SPAN}-001"),
        format!("00-{TRACE}-{SPAN}-+1"),
        format!("00-{TRACE}-{SPAN}"),
        format!("0-{TRACE}-{SPAN}-01"),
        format!("+0-{TRACE}-{SPAN}-01"),
        format!("000-{TRACE}-{SPAN}-01"),
        format!("00-{}-{SPAN}-01", &TRACE[1..]),
        format!("00-{TRACE}-{}-01", &SPAN[2..]),
        format!("00-+{}-{SPAN}-01", &TRACE[1..]),
        format!("00-0x{}-{SPAN}-01", &TRACE[2..]),
        format!(" 00-{TRACE}-{SPAN}-01"),
        format!("00-{TRACE}-{SPAN}-01 "),
        format!("00-{TRACE}-{SPAN}-01\n"),
        format!("00_{TRACE}_{SPAN}_01"),
        format!("00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01"),
        format!("\"00-{TRACE}-{SPAN}-01\""),
        "null".to_owned(),
    ].map(traceparent));
    table.extend([
        format!("{UPPER_TRACE}-{SPAN}-1"),
        format!("{TRACE}-{UPPER_SPAN}-1"),
        format!("{NO_TRACE}-{SPAN}-1"),
        format!("{TRACE}-{NO_SPAN}-1"),
        format!("{}-{SPAN}-1", &TRACE[4..]),
        format!("+{}-{SPAN}-1", &TRACE[1..]),
        format!("{TRACE}-+{}-1", &SPAN[1..]),
        format!("{TRACE}-{SPAN}-"),
        format!("{TRACE}-{SPAN}-2"),
        format!("{TRACE}-{SPAN}-1-parent"),
        format!("{TRACE}-{SPAN}-1-{NO_SPAN}"),
        format!("{TRACE}-{SPAN}-1-{SPAN}-more"),
        format!(" {TRACE}-{SPAN}-1"),
        TRACE.to_owned(),
        "0".to_owned(),
    ].map(b3));
    table.extend([
        format!("Root=1-{time}-{random}"),
        format!("Parent={SPAN};Sampled=1"),
        format!("Root=2-{time}-{random};Parent={SPAN}"),
        format!("Root=1-{}-{random};Parent={SPAN}", &time[1..]),
        format!("Root=1-{TRACE};Parent={SPAN}"),
        format!("Root=1-{time}-{random}-more;Parent={SPAN}"),
        format!("Root==1-{time}-{random};Parent={SPAN}"),
        format!("Root=1-{}-{};Parent={SPAN}", &UPPER_TRACE[..8], &UPPER_TRACE[8..]),
        format!("Root=1-{time}-{random};Parent={UPPER_SPAN}"),
        format!("Root=1-{time}-{random};Parent={}", &SPAN[4..]),
        format!("Root=1-{time}-{random};Parent={NO_SPAN}"),
        format!("Root=1-00000000-000000000000000000000000;Parent={SPAN}"),
        format!("Root=1-{time}-{random};Parent={SPAN};Sampled=2"),
        format!("Root=1-{time}-{random};Parent={SPAN};Sampled="),
        format!("Root=1-{time}-{random};Parent={SPAN};Parent={SPAN}"),
        format!("Root=1-{time}-{random};Parent={SPAN};Sampled=1;Sampled=0"),
        format!("Root=1-{time}-{random};Parent={SPAN};nonsense"),
        format!("root=1-{time}-{random};parent={SPAN}"),
    ].map(xray));
    // In words that only the published propagator for X-Ray knows.
    table.push(vec![("_X_AMZN_TRACE_ID", format!("Root=1-{time}-{random};Parent={SPAN};Sampled=1"))]);
    table
}

const EVERY: &str = "tracecontext,b3,b3multi,xray,baggage";

fn json(pairs: &Pairs) -> String {
    let members: Vec<_> = pairs.iter().map(|(name, value)| format!("{}:{}", quoted(name), quoted(value))).collect();
    members.join(",")
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn spring_integration(pairs: &Pairs) -> Vec<u8> {
    let headers = format!("{{{}}}", json(pairs));
    let length = |text: &str| u32::try_from(text.len()).unwrap().to_be_bytes();
    [&length(&headers), headers.as_bytes(), &length("hi"), b"hi"].concat()
}

fn spring_cloud_stream(pairs: &Pairs) -> Vec<u8> {
    let mut data = vec![0xFF, u8::try_from(pairs.len()).unwrap()];
    for (name, value) in pairs {
        let value = quoted(value);
        data.push(u8::try_from(name.len()).unwrap());
        data.extend(name.bytes());
        data.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        data.extend(value.bytes());
    }
    [&data, b"hi".as_slice()].concat()
}

/// With an `order`, which makes tags ours whatever they say of a trace.
fn aggregate(pairs: &Pairs, data: &str) -> Vec<u8> {
    let mut fields = Fields::default();
    pairs.iter().for_each(|(name, value)| fields.set(name, value.clone()));
    let mut record = Record::new("N1", data);
    let order = Order { producer: ProducerId::from_bits(7), sequence: 0 };
    let injection = Carrier::Aggregate.inject(&mut record, &fields, Some(order), 1 << 20);
    assert_eq!(injection, Injection::Injected);
    record.data
}

type Write = fn(&Pairs) -> Vec<u8>;

/// Each format's name, and what carries these fields in it. Which notations it has room for: the members that stand next to
/// a payload are W3C's only.
const FORMATS: [(&str, bool, Write); 12] = [
    ("an envelope", true, |it| format!(r#"{{"_otel":{{{}}},"data":{{"n":1}}}}"#, json(it)).into()),
    ("an envelope written anew", true, |it| format!(r#"{{ "data": 1, "_otel": {{{}}} }}"#, json(it)).into()),
    ("a payload in base64", true, |it| format!(r#"{{"_otel":{{{}}},"data_base64":"/w=="}}"#, json(it)).into()),
    ("members spliced in", true, |it| format!(r#"{{{},"n":1}}"#, json(it)).into()),
    ("a member `_otel`", true, |it| format!(r#"{{"n":1,"_otel":{{{}}}}}"#, json(it)).into()),
    ("a member `_datadog`", true, |it| format!(r#"{{"n":1,"_datadog":{{{}}}}}"#, json(it)).into()),
    ("W3C members", false, |it| format!(r#"{{"n":1,{}}}"#, json(it)).into()),
    ("W3C members in an envelope", false, |it| format!(r#"{{"_otel":{{}},"data":{{"n":1,{}}}}}"#, json(it)).into()),
    ("Spring Integration", true, spring_integration),
    ("Spring Cloud Stream", true, spring_cloud_stream),
    ("tags of an aggregate", true, |it| aggregate(it, "hi")),
    ("an envelope in an aggregate", true, |it| {
        aggregate(&vec![("other", "x".to_owned())], &format!(r#"{{"_otel":{{{}}},"data":1}}"#, json(it)))
    }),
];

/// What a consumer with every propagator makes of a record: the ids, and the propagator that read them.
fn read(data: Vec<u8>, key: &str) -> (bool, Option<Notation>) {
    let propagators = Propagators::parse(EVERY).unwrap();
    let reader = Reader::default().for_propagators(&propagators);
    let mut records = reader.read(Bytes::from(data), Some(key));
    assert_eq!(records.len(), 1);
    let fields = records.remove(0).fields;
    (propagators.extract(&fields).span().span_context().is_valid(), propagators.read_by(&fields))
}

#[test]
fn what_is_malformed_is_absent_in_every_format_and_what_is_not_is_read() {
    for (table, is_context) in [(well_formed(), true), (malformed(), false)] {
        for pairs in table {
            for (format, has_every_notation, write) in FORMATS {
                if !has_every_notation && pairs[0].0 != "traceparent" {
                    continue;
                }
                let (is_read, by) = read(write(&pairs), "N1");
                assert_eq!(is_read, is_context, "{pairs:?} in {format}");
                assert_eq!(by.is_some(), is_read, "{pairs:?} in {format}");
            }
        }
    }
}

#[test]
fn headers_of_kafka_have_the_same_judge() {
    let propagators = Propagators::parse(EVERY).unwrap();
    for (table, is_context) in [(well_formed(), true), (malformed(), false)] {
        for pairs in table {
            let mut headers = Headers::default();
            pairs.iter().for_each(|(name, value)| headers.push(*name, value.clone()));
            let fields = extract(&headers).fields;
            assert_eq!(propagators.extract(&fields).span().span_context().is_valid(), is_context, "{pairs:?}");
            assert_eq!(propagators.read_by(&fields).is_some(), is_context, "{pairs:?}");
        }
    }
}

#[test]
fn a_partition_key_is_a_context_only_if_it_is_well_formed_and_nothing_besides() {
    for (table, is_context) in [(well_formed(), true), (malformed(), false)] {
        for pairs in table.into_iter().filter(|pairs| pairs[0].0 == "traceparent") {
            let key = &pairs[0].1;
            let is_context = is_context && key.len() == 55;
            assert_eq!(read(b"hi".to_vec(), key).0, is_context, "{key:?}");
            assert_eq!(Reader::default().is_context(key), is_context, "{key:?}");
        }
    }
}

/// On the way in by HTTP headers and invocations there is no format, and the propagators are the only judges.
#[test]
fn each_propagator_reads_what_the_judge_lets_pass_and_nothing_else() {
    for pairs in well_formed().into_iter().chain(malformed()) {
        let mut fields = Fields::default();
        pairs.iter().for_each(|(name, value)| fields.set(name, value.clone()));
        let judged: Vec<_> = Notation::all_of(&fields).map(Notation::propagator).collect();
        for list in ["tracecontext", "b3", "b3multi", "xray"] {
            let propagators = Propagators::parse(list).unwrap();
            let is_read = propagators.extract(&fields).span().span_context().is_valid();
            assert_eq!(is_read, judged.contains(&list), "{pairs:?} by {list}");
            assert_eq!(propagators.read_by(&fields).map(Notation::propagator), is_read.then_some(list), "{pairs:?}");
        }
    }
}

/// One that is malformed costs another notation's nothing.
#[test]
fn a_malformed_context_hides_no_other() {
    for pairs in malformed() {
        let others: Vec<_> = well_formed().into_iter().filter(|other| other[0].0 != pairs[0].0).collect();
        for other in others {
            let mut fields = Fields::default();
            pairs.iter().chain(&other).for_each(|(name, value)| fields.set(name, value.clone()));
            let read = Propagators::parse(EVERY).unwrap().extract(&fields);
            let is_read = read.span().span_context().is_valid();
            // Of B3 in several fields, each may complete the other's.
            assert!(is_read || pairs[0].0.starts_with("x-b3"), "{pairs:?} next to {other:?}");
        }
    }
}
