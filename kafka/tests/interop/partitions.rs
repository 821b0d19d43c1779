//! Which partition a key is on: by the hash that Java's client takes, or records of a key are on two partitions when producers
//! are changed, or are of two kinds.

use std::collections::BTreeSet;
use std::path::Path;

use kinetrace_kafka::Propagation;
use opentelemetry::Context;
use serde::Deserialize;

use crate::broker::broker;
use crate::client::Client;
use crate::line::{Data, Line};
use crate::peer::Peer;
use crate::produce::by_rdkafka;

#[derive(Deserialize)]
struct Flight {
    tailnum: Option<String>,
}

/// The aircraft of the data, each once.
fn keys() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/flights-2013-01-01_07.ndjson");
    let flights = std::fs::read_to_string(path).unwrap();
    flights.lines().filter_map(|line| serde_json::from_str::<Flight>(line).unwrap().tailnum).collect()
}

fn placed(lines: &[Line]) -> BTreeSet<(String, Option<i32>)> {
    let key = |it: &Line| String::from_utf8(it.key.clone().unwrap().0).unwrap();
    lines.iter().map(|it| (key(it), it.partition)).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn a_key_is_on_the_partition_on_which_java_puts_it_unless_librdkafka_chooses_as_it_does_by_default() {
    let topic = broker().topic(6).await;
    let record = |key: String| Line { key: Some(Data(key.into_bytes())), ..Line::default() };
    let records: Vec<_> = keys().into_iter().map(record).collect();
    assert_eq!(records.len(), 2045);

    let java = placed(&Peer::Java.produce(&topic, &records));
    assert_eq!(java.iter().map(|(_, partition)| partition).collect::<BTreeSet<_>>().len(), 6);
    for peer in [Peer::KafkaJs, Peer::KafkaPython] {
        assert!(placed(&peer.produce(&topic, &records)) == java, "{peer}");
    }
    // As `murmur2_random`.
    for client in [Client::Rdkafka, Client::Krafka] {
        assert!(placed(&client.send(&topic, &records).await) == java, "{client:?}");
    }
    let records: Vec<_> = records.into_iter().map(|record| (record, Context::new())).collect();
    let by_default = placed(&by_rdkafka(&broker().config(), &Propagation::new(), &topic, &records).await);
    assert_eq!(by_default.difference(&java).count(), 1709);
}
