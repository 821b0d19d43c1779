//! How fast each publisher is, and the ratios that it is held to.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use aws_sdk_kinesis::Client;
use kinetrace_testbed::kinesis::{self, create_stream, delete_stream};
use kinetrace_testbed::table;

use crate::Failure;
use crate::emulator;
use crate::load::Load;
use crate::publisher::Publisher;
use crate::size::Size;
use crate::tracing::Tracing;

const SHARDS: u16 = 16;
const MANY_KEYS: usize = 10_000;
const HOT_KEYS: usize = 4;

/// A few seconds' work.
const RECORDS: usize = 100_000;

/// The same, one record of each key at a time.
const ORDERED_HOT_RECORDS: usize = 2_000;

/// One record in so many, before the first run.
const WARM_UP: usize = 10;

/// One line of the table.
#[derive(Debug)]
struct Case {
    is_traced: bool,
    load: Load,
    publisher: Publisher,
    /// One run each.
    times: Vec<Duration>,
}

impl Case {
    fn seconds(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
    }

    fn records_per_second(&self) -> f64 {
        self.load.records as f64 / self.seconds()
    }
}

pub(crate) async fn run(size: Size) -> Result<(), Failure> {
    let emulator = emulator::start()?;
    let client = kinesis::client(emulator.endpoint());
    let mut cases = cases(size);
    for case in &cases {
        let load = Load { records: case.load.records.div_ceil(WARM_UP), ..case.load };
        time(&client, case.publisher, load, case.is_traced).await?;
    }
    // All of them once, and then again: what else the machine does meets all of them alike.
    for repetition in 1..=size.repetitions {
        for case in &mut cases {
            let time = time(&client, case.publisher, case.load, case.is_traced).await?;
            case.times.push(time);
            let (keys, name) = (case.load.keys, case.publisher.name());
            eprintln!("{repetition}/{}: {name}, {keys} keys, {:.2} s", size.repetitions, time.as_secs_f64());
        }
    }
    writeln!(io::stdout(), "{}\n\n{}\n", rows(&cases), bars(&cases, size))?;
    Ok(())
}

fn cases(size: Size) -> Vec<Case> {
    let mut cases = Vec::new();
    for is_traced in [true, false] {
        for keys in [MANY_KEYS, HOT_KEYS] {
            for publisher in Publisher::ALL {
                let is_slow = keys == HOT_KEYS && publisher == Publisher::Ordered;
                let records = size.records(if is_slow { ORDERED_HOT_RECORDS } else { RECORDS });
                cases.push(Case { is_traced, load: Load { keys, records }, publisher, times: Vec::new() });
            }
        }
    }
    cases
}

/// From the first record to the last acknowledgement, on a stream of its own.
async fn time(client: &Client, publisher: Publisher, load: Load, is_traced: bool) -> Result<Duration, Failure> {
    let stream = "speed";
    create_stream(client, stream, SHARDS).await?;
    let tracing = Tracing::new(is_traced);
    let begin = Instant::now();
    // A task like any other: the thread that waits for it has no part in the work.
    let publishing = {
        let client = client.clone();
        tokio::spawn(async move { publisher.publish(&client, stream, load, &tracing).await })
    };
    publishing.await??;
    let time = begin.elapsed();
    delete_stream(client, stream).await?;
    Ok(time)
}

fn rows(cases: &[Case]) -> String {
    let row = |case: &Case| {
        let to = |other| match find(cases, case.is_traced, case.load.keys, other) {
            Some(other) => format!("{:.2}", case.records_per_second() / other.records_per_second()),
            None => String::new(),
        };
        [
            if case.is_traced { "envelope" } else { "none" }.to_owned(),
            case.publisher.name().to_owned(),
            case.load.keys.to_string(),
            case.load.records.to_string(),
            format!("{:.2}", case.seconds()),
            format!("{:.0}", case.records_per_second()),
            to(Publisher::PutRecords),
            to(Publisher::Ordered),
        ]
    };
    let headings = ["tracing", "publisher", "keys", "records", "seconds", "rec/s", "to put-records", "to ordered"];
    table::draw(headings, 2, cases.iter().map(row).collect())
}

/// What the publishers are held to, with tracing.
fn bars(cases: &[Case], size: Size) -> String {
    let row = |keys, publisher: Publisher, other: Publisher, bar: f64| {
        let rate = |publisher| find(cases, true, keys, publisher).map_or(f64::NAN, Case::records_per_second);
        let ratio = rate(publisher) / rate(other);
        [
            format!("{} to {}", publisher.name(), other.name()),
            keys.to_string(),
            format!("{ratio:.2}"),
            format!(">= {bar}"),
            size.verdict(ratio >= bar).to_owned(),
        ]
    };
    let rows = vec![
        row(MANY_KEYS, Publisher::Ordered, Publisher::PutRecords, 0.9),
        row(HOT_KEYS, Publisher::OrderedAggregated, Publisher::Ordered, 20.0),
        row(HOT_KEYS, Publisher::OrderedAggregated, Publisher::PutRecords, 0.9),
    ];
    table::draw(["ratio", "keys", "is", "bar", "verdict"], 1, rows)
}

fn find(cases: &[Case], is_traced: bool, keys: usize, publisher: Publisher) -> Option<&Case> {
    cases.iter().find(|case| (case.is_traced, case.load.keys, case.publisher) == (is_traced, keys, publisher))
}
