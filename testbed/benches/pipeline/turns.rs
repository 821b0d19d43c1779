//! Both pipelines, in turns, and what one is against the other.

use std::io::{self, Write as _};
use std::process::Command;
use std::time::Duration;

use kinetrace_testbed::{kinesis, table};

use crate::Failure;
use crate::deployed::Deployed;
use crate::load::Load;
use crate::processors::{NAMES, seconds};
use crate::verdict::verdict;
use crate::{collector, emulator};

/// The first argument of a process that has the pipelines; after it the endpoint of Kinesis, and how much it publishes.
pub(crate) const ROLE: &str = "--turns";

/// What the rate with tracing is to be at least, against that without.
const BAR: f64 = 0.95;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    name: &'static str,
    load: Load,
    turns: usize,
}

impl Size {
    pub(crate) const FULL: Size = Size { name: "full", load: Load { keys: 1_000, records: 20_000 }, turns: 15 };

    /// Shows that everything works, and nothing of speed.
    pub(crate) const SMOKE: Size = Size { name: "smoke", load: Load { keys: 10, records: 50 }, turns: 1 };
}

/// In a process of its own, for its variables say where spans go.
pub(crate) fn run(size: Size) -> Result<(), Failure> {
    let (emulator, collector) = (emulator::start()?, collector::start()?);
    let mut command = Command::new(std::env::current_exe()?);
    command.args([ROLE, emulator.endpoint(), size.name]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()).env("OTEL_METRICS_EXPORTER", "none");
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("the process with the pipelines ended with {status}").into()) }
}

#[tokio::main]
pub(crate) async fn take(endpoint: &str, size: &str) -> Result<(), Failure> {
    let size = [Size::FULL, Size::SMOKE].into_iter().find(|known| known.name == size).ok_or("an unknown size")?;
    let client = kinesis::client(endpoint);
    let pipelines = [Deployed::start(&client, "without", false).await?, Deployed::start(&client, "with", true).await?];
    let mut times: [Vec<Duration>; 2] = Default::default();
    let mut processors = [[0.0; NAMES.len()]; 2];
    for turn in 0..=size.turns {
        for ((pipeline, times), processors) in pipelines.iter().zip(&mut times).zip(&mut processors) {
            let before = seconds();
            let time = pipeline.turn(size.load).await?;
            // In the first turn, processes start and connections are made.
            if turn > 0 {
                times.push(time);
                let after = seconds();
                processors.iter_mut().zip(after).zip(before).for_each(|((sum, after), before)| *sum += after - before);
            }
        }
        eprintln!("{turn} of {} turns", size.turns);
    }
    for pipeline in pipelines {
        pipeline.end().await;
    }
    writeln!(io::stdout(), "{}\n\n{}\n", rows(size, &times), by_process(size, processors))?;
    Ok(())
}

/// Where the difference is.
fn by_process(size: Size, processors: [[f64; NAMES.len()]; 2]) -> String {
    let micros = 1e6 / (size.load.records * size.turns) as f64;
    let [without, with] = processors.map(|seconds| seconds.map(|it| it * micros));
    let row = |name: &str, [without, with]: [f64; 2]| {
        [name.to_owned(), format!("{without:.1}"), format!("{with:.1}"), format!("{:.1}", with - without)]
    };
    let mut rows: Vec<_> = (0..NAMES.len()).map(|at| row(NAMES[at], [without[at], with[at]])).collect();
    rows.push(row("together", [without, with].map(|it| it.iter().sum())));
    table::draw(["processor µs/record", "without", "with", "more"], 1, rows)
}

fn rows(size: Size, times: &[Vec<Duration>; 2]) -> String {
    let rate = |times: &[Duration]| size.load.records as f64 / median(times.iter().map(Duration::as_secs_f64));
    let [without, with] = times;
    // Neighbours in time had the same machine.
    let ratio = median(without.iter().zip(with).map(|(without, with)| without.as_secs_f64() / with.as_secs_f64()));
    let row = [
        size.load.records.to_string(),
        without.len().to_string(),
        format!("{:.0}", rate(without)),
        format!("{:.0}", rate(with)),
        format!("{ratio:.3}"),
        format!(">= {BAR}"),
        verdict(ratio >= BAR, size.turns > 1).to_owned(),
    ];
    let headings = ["records", "turns", "rec/s without", "rec/s with", "ratio", "bar", "verdict"];
    table::draw(headings, 0, vec![row])
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
