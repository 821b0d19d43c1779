//! The sample events in `events/`, and what `kinetrace inspect` is to print of them.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, Injection, Order, ProducerId, Record};
use serde::Deserialize;
use serde_json::Value;

use crate::program::sample;

const GOLDEN: &str = "cli/tests/fixtures/inspect";

/// The names of all samples of what Lambda hands to a consumer.
pub(crate) fn samples() -> Vec<String> {
    let is_consumers = |name: &String| name.starts_with("kinesis-") || name.starts_with("kafka-");
    let names = names("events", ".json").into_iter().filter(is_consumers).collect::<Vec<_>>();
    assert!(names.len() > 20, "where are the samples? {names:?}");
    names
}

/// The lines that `inspect` prints of a sample, each as what stands before the payload, and the payload. In the file,
/// that is a member `payload` with the JSON itself, where `inspect` prints `payload_base64`.
pub(crate) fn golden(name: &str) -> Vec<(String, String)> {
    let line = |line: &str| {
        let (head, payload) = line.strip_suffix('}')?.split_once(r#","payload":"#)?;
        Some((head.to_owned(), payload.to_owned()))
    };
    let golden = sample(&format!("{GOLDEN}/{name}.ndjson"));
    golden.lines().map(|text| line(text).unwrap_or_else(|| panic!("{name}: {text}"))).collect()
}

/// The files of a folder whose names end so, without that end, sorted.
fn names(folder: &str, end: &str) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = files.filter_map(|file| Some(file.strip_suffix(end)?.to_owned())).collect();
    names.sort();
    names
}

/// The first record of a sample: partition key and data.
fn first_record(name: &str) -> (String, Vec<u8>) {
    let event: Value = serde_json::from_str(&sample(&format!("events/{name}.json"))).unwrap();
    let record = &event["Records"][0]["kinesis"];
    let text = |name: &str| record[name].as_str().unwrap().to_owned();
    (text("partitionKey"), BASE64.decode(text("data")).unwrap())
}

#[test]
fn every_sample_has_golden_lines_and_an_expectation_and_is_in_the_list() {
    assert_eq!(names(GOLDEN, ".ndjson"), samples());
    assert_eq!(names("events/expected", ".json"), names("events", ".json"));
    let list = sample("events/README.md");
    for name in names("events", ".json") {
        assert_eq!(list.matches(&format!("| `{name}.json` |")).count(), 1, "{name}.json in events/README.md");
    }
}

#[test]
fn the_samples_of_our_carriers_are_what_the_carriers_write() {
    let (partition_key, payload) = first_record("kinesis-plain");
    let fields = r#"{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#;
    let fields: Fields = serde_json::from_str(fields).unwrap();
    let order = Order { producer: ProducerId::from_bits(0x6f1d_2c0b_9a8e_7f43), sequence: 0 };
    for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey] {
        // That of Datadog's tracers has the carrier's name.
        let sample = match carrier {
            Carrier::Datadog => "kinesis-datadog-carrier".to_owned(),
            carrier => format!("kinesis-{carrier}"),
        };
        let mut record = Record::new(&*partition_key, &*payload);
        let injection = carrier.inject(&mut record, &fields, Some(order), DEFAULT_MAX_RECORD_BYTES);
        assert_eq!(injection, Injection::Injected, "{carrier}");
        assert_eq!((record.partition_key, record.data), first_record(&sample), "{carrier}");
    }
}

/// What the sample handler takes from a payload.
#[derive(Deserialize)]
struct Flight<'a> {
    tailnum: &'a str,
    origin: &'a str,
    dest: &'a str,
}

#[test]
fn every_payload_but_the_cloudevent_is_a_flight_to_the_sample_handler() {
    for name in samples() {
        let lines = golden(&name).into_iter();
        for (_, payload) in lines.filter(|(head, _)| !head.contains(r#""tombstone":true"#)) {
            let flight: Option<Flight<'_>> = serde_json::from_str(&payload).ok();
            let is_flight = flight.is_some_and(|f| ![f.tailnum, f.origin, f.dest].contains(&""));
            assert_eq!(is_flight, name != "kinesis-cloudevents", "{name}: {payload}");
        }
    }
}
