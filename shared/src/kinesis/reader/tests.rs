use proptest::prelude::*;

use super::*;
use crate::kinesis::kpl;
use crate::{Carrier, DEFAULT_MAX_RECORD_BYTES, Injection, Order, ProducerId, Record};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const IN_DATA: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn fields() -> Fields {
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    fields.set("baggage", "tenant=7".to_owned());
    fields
}

fn one(data: impl Into<Bytes>, partition_key: &str) -> Extraction {
    let mut records = Reader::default().read(data.into(), Some(partition_key));
    assert_eq!(records.len(), 1);
    records.remove(0)
}

#[test]
fn of_several_contexts_the_most_specific_counts() {
    let other = format!(r#"{{"traceparent":"{TRACEPARENT}"}}"#);
    let member = format!(r#"{{"traceparent":"{IN_DATA}","_otel":{other},"_datadog":{other}}}"#);
    let otel = format!(r#"{{"_datadog":{other},"_otel":{{"traceparent":"{IN_DATA}"}},"traceparent":"{TRACEPARENT}"}}"#);
    let datadog = format!(r#"{{"_otel":{{}},"_datadog":{{"traceparent":"{IN_DATA}"}},"traceparent":"{TRACEPARENT}"}}"#);
    let mut spliced = Record::new("user-42", otel.replace(IN_DATA, TRACEPARENT).replace("_datadog", "_dd"));
    let mut in_data = Fields::default();
    in_data.set("traceparent", IN_DATA.to_owned());
    Carrier::Datadog.inject(&mut spliced, &in_data, None, DEFAULT_MAX_RECORD_BYTES);
    let spliced = String::from_utf8(spliced.data).unwrap();
    let w3c = format!(r#"{{"_otel":{{}},"_datadog":{{}},"traceparent":"{IN_DATA}"}}"#);
    let envelope = format!(r#"{{"_otel":{{"traceparent":"{IN_DATA}"}},"data":{other}}}"#);
    let table = [
        (member, Format::Member),
        (otel, Format::Otel),
        (datadog, Format::Datadog),
        (spliced, Format::Datadog),
        (w3c, Format::W3cMember),
        (envelope, Format::Envelope),
    ];
    for (data, format) in table {
        let read = one(data.clone(), TRACEPARENT);
        assert_eq!((read.format, read.fields.get("traceparent")), (format, Some(IN_DATA)), "{data}");
    }
}

#[test]
fn every_foreign_member_is_cut_out_of_a_payload() {
    let context = format!(r#"{{"traceparent":"{IN_DATA}"}}"#);
    let three = format!(r#"{{"n":1.0,"_otel":{context},"_datadog":{context},"traceparent":"{IN_DATA}"}}"#);
    let spliced = format!(r#"{{"traceparent":"{IN_DATA}","n":1.0,"_datadog":{context}}}"#);
    let wrapped = format!(r#"{{"_otel":{context},"data":{three}}}"#);
    let mut aggregate = Record::new("user-42", three.clone());
    Carrier::Aggregate.inject(&mut aggregate, &fields(), None, DEFAULT_MAX_RECORD_BYTES);
    let table = [
        (three.into_bytes(), Format::Otel),
        (spliced.into_bytes(), Format::Member),
        (wrapped.into_bytes(), Format::Envelope),
        (aggregate.data, Format::Aggregate),
    ];
    for (data, format) in table {
        let read = Reader::default().strip_foreign(true).read(data.into(), None).remove(0);
        assert_eq!((read.format, read.payload.as_ref()), (format, br#"{"n":1.0}"#.as_slice()));
    }
}

#[test]
fn the_partition_key_counts_where_the_data_tells_no_trace_and_only_if_it_may() {
    let table = [
        ("{}", "{}"),
        ("\u{0}binary", "\u{0}binary"),
        (r#"{"a":1,"traceparent":"00"}"#, r#"{"a":1,"traceparent":"00"}"#),
        (r#"{"_otel":{},"data":1}"#, "1"),
        (r#"{"_otel":{"baggage":"k=v"},"data":1}"#, "1"),
    ];
    for (data, payload) in table {
        let read = one(data, TRACEPARENT);
        assert_eq!((read.format, read.payload.as_ref()), (Format::PartitionKey, payload.as_bytes()));
        assert_eq!(read.fields.get("traceparent"), Some(TRACEPARENT));
        let read = Reader::default().read_partition_key(false).read(data.into(), Some(TRACEPARENT)).remove(0);
        assert!(
            read.format != Format::PartitionKey && !read.fields.name_a_trace() && read.payload == payload,
            "{data}"
        );
    }
}

#[test]
fn a_context_that_was_there_before_is_found_within_what_was_wrapped_without_one() {
    let order = Some(Order { producer: ProducerId::from_bits(7), sequence: 3 });
    let table = [
        (format!(r#"{{"a":1,"traceparent":"{IN_DATA}"}}"#), Format::W3cMember),
        (format!(r#"{{"traceparent":"{IN_DATA}","a":1}}"#), Format::Member),
        (format!(r#"{{"a":1,"_datadog":{{"traceparent":"{IN_DATA}"}}}}"#), Format::Datadog),
    ];
    for (payload, format) in table {
        for carrier in [Carrier::Envelope, Carrier::Aggregate] {
            let mut record = Record::new("user-42", payload.clone());
            let injection = carrier.inject(&mut record, &Fields::default(), order, DEFAULT_MAX_RECORD_BYTES);
            assert_eq!(injection, Injection::NoContext);
            let read = one(record.data, TRACEPARENT);
            assert_eq!((read.format, read.fields.get("traceparent")), (format, Some(IN_DATA)), "{carrier}: {payload}");
            assert_eq!((read.payload.as_ref(), read.order), (payload.as_bytes(), order), "{carrier}");
        }
    }
}

#[test]
fn each_record_of_an_aggregate_is_read_by_itself() {
    let user_record = |key: &str, data: String| kpl::UserRecord {
        partition_key: key.into(),
        explicit_hash_key: None,
        data: data.into(),
        tags: Vec::new(),
    };
    let nested = kpl::aggregate([user_record("inner", "{}".into())]);
    let aggregate = kpl::aggregate([
        user_record("a", format!(r#"{{"_otel":{{"traceparent":"{IN_DATA}"}},"data":1}}"#)),
        user_record("b", "plain".into()),
        user_record(IN_DATA, "keyed".into()),
        kpl::UserRecord { data: nested.clone().into(), ..user_record("c", String::new()) },
    ]);
    let table = [("a", Format::None), (TRACEPARENT, Format::PartitionKey)];
    for (outer_key, otherwise) in table {
        let records = Reader::default().read(aggregate.clone().into(), Some(outer_key));
        let formats: Vec<_> = records.iter().map(|record| record.format).collect();
        assert_eq!(formats, [Format::Envelope, otherwise, Format::PartitionKey, otherwise]);
        assert_eq!(records[2].fields.get("traceparent"), Some(IN_DATA), "its own key comes first");
        assert_eq!(records[3].payload, nested, "an aggregate in an aggregate is a payload");
        let places: Vec<_> = records.iter().map(|r| r.user_record.as_ref().unwrap().sub_sequence_number).collect();
        assert_eq!(places, [0, 1, 2, 3]);
    }
}

#[test]
fn a_partition_key_is_not_replaced_on_data_that_tells_a_context_itself() {
    let data = format!(r#"{{"a":1,"traceparent":"{IN_DATA}"}}"#);
    let user_record = |data: &str| kpl::UserRecord {
        partition_key: "k".into(),
        explicit_hash_key: None,
        data: data.to_owned().into(),
        tags: Vec::new(),
    };
    let aggregate = kpl::aggregate([user_record("{}"), user_record(&data)]);
    for data in [data.into_bytes(), aggregate] {
        let before = Record::new("user-42", data);
        let mut record = before.clone();
        let injection = Carrier::PartitionKey.inject(&mut record, &fields(), None, DEFAULT_MAX_RECORD_BYTES);
        assert_eq!((injection, record), (Injection::AlreadyPresent, before));
    }
}

/// If reading took more than linear time, this would take minutes.
#[test]
fn megabytes_of_hostile_members_headers_and_records_are_read() {
    let members = |of: &str| (0..50_000).map(|n| format!(r#""{of}{n}":"x""#)).collect::<Vec<_>>().join(",");
    let again = vec![r#""traceparent":"x""#; 50_000].join(",");
    let key = "k".repeat(256);
    let record = || kpl::UserRecord {
        partition_key: key.as_str().into(),
        explicit_hash_key: None,
        data: Bytes::new(),
        tags: vec![("tag".into(), "x".into()); 2],
    };
    let data = [
        format!(r#"{{"_otel":{{{}}},"data":1}}"#, members("a")).into_bytes(),
        format!(r#"{{"_otel":{{{}}},"a":1}}"#, members("a")).into_bytes(),
        format!(r#"{{"_datadog":{{{}}},{}}}"#, members("a"), members("b")).into_bytes(),
        format!(r#"{{"traceparent":"{TRACEPARENT}",{}}}"#, members("a")).into_bytes(),
        format!(r#"{{{again},"traceparent":"{TRACEPARENT}"}}"#).into_bytes(),
        format!(r#"{{"a":1,{again},"traceparent":"{TRACEPARENT}"}}"#).into_bytes(),
        "[".repeat(1 << 20).into_bytes(),
        format!(r#"{{"a":{}"#, "[".repeat(1 << 20)).into_bytes(),
        kpl::aggregate((0..50_000).map(|_| record())),
        kpl::aggregate([kpl::UserRecord {
            tags: (0..50_000).map(|n| (n.to_string(), "x".into())).collect(),
            ..record()
        }]),
    ];
    for data in data {
        Reader::default().strip_foreign(true).read(data.into(), Some("k"));
    }
}

/// Pieces that payloads of every format are made of, so that random strings of them come close to one.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let traceparent = format!(r#""traceparent":"{TRACEPARENT}""#);
    let mut spliced = Record::new("user-42", "{}");
    Carrier::Datadog.inject(&mut spliced, &fields(), None, DEFAULT_MAX_RECORD_BYTES);
    let spliced = String::from_utf8(spliced.data).unwrap();
    let pieces = [
        r#"{"_otel":"#,
        r#"{"traceparent":"x"}"#,
        r#","data":"#,
        r#""data_base64":"aGk=""#,
        r#""_otel":"#,
        r#""_datadog":"#,
        r#""tracestate":"rojo=1""#,
        r#""baggage":"k=v""#,
        r#""b3":"0""#,
        r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}"#,
        r#""a":1"#,
        &traceparent,
        spliced.trim_matches(['{', '}']),
        "{",
        "}",
        "{}",
        ",",
        " \n",
        "[]",
        "\"\\\"",
        "\0\0\0\u{2}{}\0\0\0\u{1}x",
    ];
    let piece = prop_oneof![
        8 => prop::sample::select(pieces.map(|piece| piece.as_bytes().to_vec()).to_vec()),
        1 => Just(kpl::MAGIC.to_vec()),
        1 => Just(b"\xff\x01\x01n\0\0\0\x011".to_vec()),
        2 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    let objects = prop::collection::vec(
        prop::sample::select(pieces[3..13].to_vec().iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()),
        0..4,
    );
    prop_oneof![
        prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat()),
        objects.prop_map(|members| format!("{{{}}}", members.join(",")).into_bytes()),
    ]
}

const CARRIERS: [Carrier; 5] =
    [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_a_carrier_injects_is_read_to_the_byte(payload in payloads(), counted in any::<bool>()) {
        let order = counted.then(|| Order { producer: ProducerId::from_bits(7), sequence: 3 });
        for carrier in CARRIERS {
            let before = Record::new("user-42", payload.clone());
            let mut record = before.clone();
            match carrier.inject(&mut record, &fields(), order, DEFAULT_MAX_RECORD_BYTES) {
                Injection::Injected => {
                    let read = one(record.data, &record.partition_key);
                    prop_assert_eq!(read.fields.get("traceparent"), Some(TRACEPARENT), "{}", carrier);
                    if carrier == Carrier::PartitionKey {
                        // It does not touch the data, so that is read like any other.
                        prop_assert_eq!(read.payload, one(payload.clone(), "user-42").payload, "{}", carrier);
                    } else {
                        prop_assert_eq!(read.payload, payload.clone(), "{}", carrier);
                        prop_assert_eq!(read.fields, fields(), "{}", carrier);
                    }
                    if [Carrier::Envelope, Carrier::Aggregate].contains(&carrier) {
                        prop_assert_eq!(read.order, order, "{}", carrier);
                    }
                }
                Injection::AlreadyPresent | Injection::Unsupported => prop_assert_eq!(record, before, "{}", carrier),
                other => prop_assert!(false, "{}: {}", carrier, other),
            }
        }
    }

    #[test]
    fn a_payload_without_context_is_delivered_as_it_is(payload in payloads()) {
        let read = one(payload.clone(), "user-42");
        let stripped = Reader::default().strip_foreign(true).read(payload.clone().into(), None).remove(0);
        match read.format {
            Format::None => {
                prop_assert_eq!(&read.payload, &payload);
                prop_assert_eq!(&stripped.payload, &payload);
            }
            Format::Otel | Format::W3cMember => {
                prop_assert_eq!(&read.payload, &payload);
                prop_assert!(serde_json::from_slice::<serde_json::Value>(&stripped.payload).is_ok());
            }
            Format::Datadog if read.payload == payload => {
                prop_assert!(serde_json::from_slice::<serde_json::Value>(&stripped.payload).is_ok());
            }
            // What was cut out is what a writer would put in again.
            Format::Member | Format::Datadog => {
                let carrier = if read.format == Format::Member { Carrier::Member } else { Carrier::Datadog };
                let mut again = Record::new("user-42", read.payload.clone());
                carrier.inject(&mut again, &read.fields, None, DEFAULT_MAX_RECORD_BYTES);
                prop_assert_eq!(again.data, payload);
            }
            Format::Envelope | Format::Spring => prop_assert!(read.payload.len() < payload.len()),
            other => prop_assert!(false, "{}", other),
        }
        prop_assert_eq!(read.fields, stripped.fields);
    }

    #[test]
    fn any_bytes_with_any_key_are_read(data in prop::collection::vec(any::<u8>(), 0..300), key in any::<Option<String>>()) {
        // To hit a format by chance takes more luck than this.
        let read = one(data.clone(), key.as_deref().unwrap_or_default());
        prop_assert_eq!((read.format, read.payload.as_ref()), (Format::None, data.as_slice()));
    }
}
