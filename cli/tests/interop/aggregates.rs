//! `aws-kinesis-agg`, with which functions in Python and Node.js pack records and take them apart.

use std::process::Command;

use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, HashKey, Injection, Reader, Record};
use serde::{Deserialize, Serialize};

use crate::base64;
use crate::consumer::Flights;
use crate::counterpart::run;
use crate::program::{node, python};

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A line that their programs read or print.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct UserRecord {
    partition_key: String,
    explicit_hash_key: Option<String>,
    data_base64: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_sequence_number: Option<u64>,
}

impl UserRecord {
    fn new(partition_key: &str, explicit_hash_key: Option<HashKey>, data: &[u8]) -> Self {
        let explicit_hash_key = explicit_hash_key.map(String::from);
        Self {
            partition_key: partition_key.to_owned(),
            explicit_hash_key,
            data_base64: base64::encode(data),
            sub_sequence_number: None,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn an_aggregate_from_python_comes_apart_into_the_records_it_was_made_of() {
    comes_apart(|| python("aggregation", "aggregate_write.py")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn an_aggregate_from_node_comes_apart_into_the_records_it_was_made_of() {
    comes_apart(|| node("aggregate_write.js")).await;
}

#[tokio::test]
#[ignore = "needs interop/run"]
async fn python_gets_the_exact_payload_out_of_our_aggregate() {
    gives_back(|| python("aggregation", "aggregate_read.py")).await;
}

#[tokio::test]
#[ignore = "needs interop/run"]
async fn node_gets_the_exact_payload_out_of_our_aggregate() {
    gives_back(|| node("aggregate_read.js")).await;
}

/// A record on its way into an aggregate, and what is to come out.
struct Packed {
    key: &'static str,
    hash_key: Option<HashKey>,
    data: Vec<u8>,
    format: &'static str,
    payload: Vec<u8>,
}

/// Records of three groups. Either all of them have a hash key or none: of several in an aggregate, `aws-kinesis-agg`
/// gives the first to records that have none.
fn records(hash_keys: bool) -> Vec<Packed> {
    let payload = r#"{"tailnum":"N14228","pilot":"Zoë"}"#;
    let envelope = format!(r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data":{payload}}}"#);
    let plain = |key, place, data: &[u8]| {
        let hash_key = hash_keys.then(|| HashKey::of(place));
        Packed { key, hash_key, data: data.into(), format: "none", payload: data.into() }
    };
    vec![
        plain("N14228", "a", payload.as_bytes()),
        plain("Zürich", "b", &[0, 0xF3, 0x89, 0x9A, 0xC2, 0xFF]),
        plain("N24211", "a", &[b'x'; 20_000]),
        plain("N14228", "b", &[]),
        Packed { data: envelope.into(), format: "envelope", ..plain("N14228", "a", payload.as_bytes()) },
    ]
}

async fn comes_apart(writer: impl Fn() -> Command) {
    for hash_keys in [false, true] {
        let packed = records(hash_keys);
        let given: Vec<_> = packed.iter().map(|it| UserRecord::new(it.key, it.hash_key, &it.data)).collect();
        let [aggregate] = &run::<UserRecord>(writer(), &given).await[..] else { panic!("not one aggregate") };
        let data = base64::decode(&aggregate.data_base64);

        let read = Reader::default().read(data.clone().into(), Some(&aggregate.partition_key));
        assert_eq!(read.len(), packed.len());
        for ((index, expected), read) in (0..).zip(&packed).zip(read) {
            assert_eq!((read.format.to_string().as_str(), &read.payload[..]), (expected.format, &expected.payload[..]));
            let user_record = read.user_record.unwrap();
            assert_eq!((&*user_record.partition_key, user_record.sub_sequence_number), (expected.key, index));
            assert_eq!(user_record.explicit_hash_key, expected.hash_key);
        }

        let flights = Flights::create().await;
        flights.put(&aggregate.partition_key, &data).await;
        let processed = flights.consume().await;
        assert_eq!(processed.len(), packed.len());
        for ((index, expected), process) in (0..).zip(&packed).zip(processed) {
            assert_eq!((process.group.as_deref(), process.sub_sequence_number), (Some(expected.key), Some(index)));
            assert_eq!(
                (process.format.as_ref(), process.payload_crc32),
                (expected.format, crc32fast::hash(&expected.payload))
            );
            let trace_id = process.context.map(|context| context.trace_id);
            assert_eq!(trace_id.as_deref(), (expected.format == "envelope").then_some(TRACE_ID));
        }
    }
}

async fn gives_back(reader: impl Fn() -> Command) {
    let fields = format!(r#"{{"traceparent":"{TRACEPARENT}","tracestate":"a=1,b=2","baggage":"airport=Z%C3%BCrich"}}"#);
    let fields: Fields = serde_json::from_str(&fields).unwrap();
    for hash_keys in [false, true] {
        for Packed { key, hash_key, data, .. } in records(hash_keys) {
            let mut record = Record { explicit_hash_key: hash_key, ..Record::new(key, data.clone()) };
            let injection = Carrier::Aggregate.inject(&mut record, &fields, None, DEFAULT_MAX_RECORD_BYTES);
            assert_eq!(injection, Injection::Injected);

            let given = UserRecord::new(&record.partition_key, None, &record.data);
            let read: Vec<UserRecord> = run(reader(), &[given]).await;
            let expected = UserRecord { sub_sequence_number: Some(0), ..UserRecord::new(key, hash_key, &data) };
            assert_eq!(read, [expected]);
        }
    }
}
