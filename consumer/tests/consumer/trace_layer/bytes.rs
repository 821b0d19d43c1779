//! The service sees what it saw before its producers were traced, and of everything else the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Carrier, Fields, Injection, Reader, Record};
use proptest::prelude::*;

use super::service::pass;
use crate::world::{SPAN_ID, TRACE_ID, World, event};

/// What happened to a record on its way here, and its payload.
#[derive(Debug, Clone)]
enum Sent {
    Traced(Carrier, Vec<u8>),
    AsItIs(Vec<u8>),
    /// No base64 at all.
    Bad,
}

impl Sent {
    /// The text of its data, as it comes and as the service is to see it.
    fn data(&self) -> (String, String) {
        match self {
            Sent::Bad => ("%%%".to_owned(), "%%%".to_owned()),
            Sent::AsItIs(payload) => (BASE64.encode(payload), BASE64.encode(payload)),
            Sent::Traced(carrier, payload) => {
                let data = inject(*carrier, payload);
                let seen = if *carrier == Carrier::Aggregate { &data } else { payload };
                (BASE64.encode(&data), BASE64.encode(seen))
            }
        }
    }
}

fn inject(carrier: Carrier, payload: &[u8]) -> Vec<u8> {
    let mut fields = Fields::default();
    fields.set("traceparent", format!("00-{TRACE_ID}-{SPAN_ID}-01"));
    let mut record = Record::new("N1", payload);
    assert_eq!(carrier.inject(&mut record, &fields, None, usize::MAX), Injection::Injected);
    record.data
}

fn sent() -> impl Strategy<Value = Sent> {
    let bytes =
        || proptest::collection::vec(any::<u8>(), 0..40).prop_filter("no aggregate", |b| !b.starts_with(b"\xf3"));
    let object = "[ \n]{0,2}\\{( \"a\" ?: ?1[.]?0,)?\"b\":\"[a-z/]{0,9}\"\\}[ \n]{0,2}";
    prop_oneof![
        bytes().prop_map(|payload| Sent::Traced(Carrier::Envelope, payload)),
        object.prop_map(|payload| Sent::Traced(Carrier::Envelope, payload.into_bytes())),
        object.prop_map(|payload| Sent::Traced(Carrier::Member, payload.into_bytes())),
        object.prop_map(|payload| Sent::Traced(Carrier::Datadog, payload.into_bytes())),
        bytes().prop_map(|payload| Sent::Traced(Carrier::Aggregate, payload)),
        bytes().prop_map(Sent::AsItIs),
        Just(Sent::Bad),
    ]
}

/// White space and members that say nothing.
fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" \n\t".to_owned()),
        Just(r#" "data":"AAAA", "kinesis\u0041":{"data":"AAAA"},"#.to_owned()),
        Just("\r\n\"x\": [1.00, {\"data\": \"é\\u00e9\"}],".to_owned()),
    ]
}

/// A record's text, of which the data is replaced where it stands for it: `@`.
fn around() -> impl Strategy<Value = String> {
    let (outer, inner) = (odd(), "[ \n]{0,2}(\"y\":null, )?");
    (outer, inner, "[ \n]{0,2}", any::<bool>()).prop_map(|(outer, inner, space, is_last)| {
        let arn = r#""eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/flights","eventID":"shardId-0:1""#;
        let kinesis = format!(r#""kinesis":{space}{{{inner}"data"{space}:{space}"@"{space},"sequenceNumber":"1"}}"#);
        if is_last {
            format!("{{{outer}{arn},{kinesis}{space}}}")
        } else {
            format!("{{{outer}{kinesis}{space},{arn}}}")
        }
    })
}

proptest! {
    #[test]
    fn only_what_a_producer_of_ours_wrapped_is_unwrapped(
        records in proptest::collection::vec((around(), sent()), 0..6),
        (head, tail) in (odd(), "[ \n]{0,2}"),
    ) {
        let text = |of: fn((String, String)) -> String| {
            let records: Vec<_> = records.iter().map(|(text, sent)| text.replace('@', &of(sent.data()))).collect();
            format!("{{{head}\"Records\":{tail}[{tail}{}{tail}]}}{tail}", records.join(","))
        };
        let (body, expected) = (text(|(data, _)| data), text(|(_, seen)| seen));
        let pass = |unwraps: bool, body: String| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(pass(&World::new(), |layer| layer.unwrap_payloads(unwraps), body)).seen().body.clone()
        };
        prop_assert_eq!(pass(true, body.clone()), expected.into_bytes());
        prop_assert_eq!(pass(false, body.clone()), body.into_bytes());
    }
}

/// As some serializers write it, with every slash escaped.
#[tokio::test]
async fn data_with_escapes_is_replaced_as_a_whole() {
    let data = inject(Carrier::Envelope, "\"????>>>>\"".as_bytes());
    let (whole, data) = (event(&[&data]), BASE64.encode(&data));
    assert!(data.contains('/'), "{data}");
    let body = whole.replace(&data, &data.replace('/', "\\/"));
    let outcome = pass(&World::new(), |layer| layer, body).await;
    assert_eq!(outcome.seen().body, event(&["\"????>>>>\""]));
}

/// Foreign members go if the reader is told so.
#[tokio::test]
async fn what_others_put_into_a_payload_is_cut_out_only_on_demand() {
    let foreign = r#"{"n":1.0,"_datadog":{"x-datadog-trace-id":"10","x-datadog-parent-id":"11"}}"#;
    let strip = Reader::default().strip_foreign(true);
    for (reader, seen) in [(Reader::default(), foreign), (strip, r#"{"n":1.0}"#)] {
        let outcome = pass(&World::new(), |layer| layer.reader(reader), event(&[foreign])).await;
        assert_eq!(outcome.seen().body, event(&[seen]));
        assert_eq!(outcome.span().parent_span_id.to_string(), "000000000000000b");
    }
}

/// Headers that others put in front stay, even where foreign members go: they were there before.
#[tokio::test]
async fn of_the_sample_events_only_those_in_our_own_formats_change() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    for (strip, changed) in [
        (false, &["batch", "datadog-carrier", "envelope", "member", "pipes", "sample"][..]),
        (true, CHANGED_BY_STRIPPING),
    ] {
        let mut names = Vec::new();
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        for sample in files.filter(|path| path.is_file()) {
            let body = std::fs::read(&sample).unwrap();
            let reader = Reader::default().strip_foreign(strip);
            let outcome = pass(&World::new(), |layer| layer.reader(reader), body.clone()).await;
            if outcome.seen().body != body {
                let name = sample.file_stem().unwrap().to_str().unwrap();
                names.push(name.strip_prefix("kinesis-").unwrap().to_owned());
            }
        }
        names.sort();
        assert_eq!(names, changed);
    }
}

const CHANGED_BY_STRIPPING: &[&str] = &[
    "batch",
    "cloudevents",
    "datadog",
    "datadog-carrier",
    "datadog-ids",
    "envelope",
    "member",
    "otel",
    "pipes",
    "sample",
    "w3c-member",
];
