//! `kinetrace ordering` on kinesis-local: were the embedded Kinesis kinder than others, the verdicts would differ.

use serde::Deserialize;
use tempfile::tempdir;

use crate::counterpart::{finish, kinetrace};
use crate::kinesis_local::KinesisLocal;

const EVENTS: usize = 100;

/// Of a row, what does not hang on chance.
#[derive(Debug, PartialEq)]
struct Verdict {
    run: String,
    acknowledged: usize,
    lost: usize,
    is_scattered: bool,
    keeps_order: bool,
    joined: usize,
}

#[derive(Debug, Deserialize)]
struct Row {
    carrier: String,
    publisher: String,
    parallelization_factor: u16,
    acknowledged: usize,
    lost: usize,
    misplaced: usize,
    stream_inversions: usize,
    process_inversions: usize,
    overlaps: usize,
    traces_joined: usize,
}

impl Row {
    fn verdict(self) -> Verdict {
        let broken = [self.misplaced, self.stream_inversions, self.process_inversions, self.overlaps];
        Verdict {
            run: format!("{} {} {}", self.carrier, self.publisher, self.parallelization_factor),
            acknowledged: self.acknowledged,
            lost: self.lost,
            is_scattered: self.misplaced > 0,
            keeps_order: broken == [0; 4],
            joined: self.traces_joined,
        }
    }
}

/// Runs it on events of five groups, and on the embedded Kinesis unless there is an endpoint.
async fn ordering(endpoint: Option<&str>, args: &[&str]) -> Vec<Verdict> {
    let directory = tempdir().unwrap();
    let [input, json] = ["events.ndjson", "rows.json"].map(|name| directory.path().join(name));
    let events: String = (0..EVENTS).map(|n| format!("{{\"group\":\"g{}\",\"n\":{n}}}\n", n % 5)).collect();
    std::fs::write(&input, events).unwrap();
    let mut command = kinetrace();
    command.arg("ordering").arg("--input").arg(input).args(["--group-by", "group"]).arg("--json").arg(&json).args(args);
    command.args(endpoint.iter().flat_map(|endpoint| ["--endpoint-url", endpoint]));
    let said = finish(command, "").await;
    assert!(said.contains(endpoint.unwrap_or("embedded")), "{said}");
    let rows: Vec<Row> = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    rows.into_iter().map(Row::verdict).collect()
}

/// The same on both, and what both are to say.
async fn agree(args: &[&str], expected: &[Verdict]) {
    let kinesis = KinesisLocal::start();
    assert_eq!(ordering(Some(&kinesis.endpoint), args).await, expected, "kinesis-local");
    assert_eq!(kinesis.streams().await, [""; 0], "left behind");
    assert_eq!(ordering(None, args).await, expected, "embedded");
}

fn clean(carrier: &str, publisher: &str, parallelization_factor: u16) -> Verdict {
    let run = format!("{carrier} {publisher} {parallelization_factor}");
    Verdict { run, acknowledged: EVENTS, lost: 0, is_scattered: false, keeps_order: true, joined: EVENTS }
}

#[tokio::test]
#[ignore = "needs interop/run"]
async fn on_another_kinesis_the_carriers_that_keep_order_keep_it_and_those_that_lose_it_lose_it() {
    let mut expected = Vec::new();
    for carrier in ["envelope", "member", "datadog", "aggregate"] {
        expected.extend([1, 10].map(|factor| clean(carrier, "ordered", factor)));
    }
    expected.push(clean("partition-key", "ordered", 1));
    expected.push(Verdict { keeps_order: false, ..clean("partition-key", "ordered", 10) });
    for factor in [1, 10] {
        let scattered = clean("partition-key-only", "ordered", factor);
        expected.push(Verdict { is_scattered: true, keeps_order: false, ..scattered });
    }
    let carriers = "envelope,member,datadog,aggregate,partition-key,partition-key-only";
    agree(&["--publisher", "ordered", "--carrier", carriers], &expected).await;
}

#[tokio::test]
#[ignore = "needs interop/run"]
async fn on_another_kinesis_order_survives_aggregation_and_splits_and_merges_of_shards() {
    let args = ["--carrier", "envelope", "--publisher", "ordered,ordered-aggregated", "--parallelization-factor", "10"];
    let expected = ["ordered", "ordered-aggregated"].map(|publisher| clean("envelope", publisher, 10));
    agree(&[&args[..], &["--reshard"]].concat(), &expected).await;
}
