//! How much memory a publisher takes while its buffer is full, each in a process of its own.

use std::fs;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use kinetrace_testbed::kinesis::{self, create_stream, delete_stream};
use kinetrace_testbed::table;

use crate::Failure;
use crate::emulator;
use crate::load::Load;
use crate::publisher::Publisher;
use crate::size::Size;
use crate::tracing::Tracing;

/// The first argument of a process that publishes and reports; after it the endpoint, the publisher's name and the
/// number of records.
pub(crate) const ROLE: &str = "--publish";

const STREAM: &str = "memory";
const SHARDS: u16 = 16;
const KEYS: usize = 1_000;
const RECORDS: usize = 1_000_000;

/// The publisher's default buffer, and what else it may take.
const LIMIT: u64 = (32 + 64) * 1024;

/// Where Linux tells the memory of a process; nowhere else is there such a file.
const STATUS: &str = "/proc/self/status";

pub(crate) async fn run(size: Size) -> Result<(), Failure> {
    if fs::metadata(STATUS).is_err() {
        writeln!(io::stdout(), "Memory is not measured: there is no {STATUS} here.")?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for publisher in Publisher::ALL {
        rows.push(measure(publisher, size).await?);
    }
    let headings = ["publisher", "keys", "records", "seconds", "before", "peak", "growth", "limit", "verdict"];
    writeln!(io::stdout(), "{}\n", table::draw(headings, 1, rows))?;
    Ok(())
}

async fn measure(publisher: Publisher, size: Size) -> Result<[String; 9], Failure> {
    let records = size.records(RECORDS);
    eprintln!("memory: {}, {records} records", publisher.name());
    let emulator = emulator::start()?;
    let client = kinesis::client(emulator.endpoint());
    create_stream(&client, STREAM, SHARDS).await?;
    let begin = Instant::now();
    let mut command = Command::new(std::env::current_exe()?);
    command.args([ROLE, emulator.endpoint(), publisher.name(), &records.to_string()]);
    let output = tokio::task::spawn_blocking(move || command.stderr(Stdio::inherit()).output()).await??;
    let seconds = begin.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("the process that published as {} ended with {}", publisher.name(), output.status).into());
    }
    delete_stream(&client, STREAM).await?;
    let [before, peak] = reported(&String::from_utf8(output.stdout)?)?;
    let growth = peak.saturating_sub(before);
    let mebibytes = |kibibytes: u64| format!("{} MiB", kibibytes.div_ceil(1024));
    Ok([
        publisher.name().to_owned(),
        KEYS.to_string(),
        records.to_string(),
        format!("{seconds:.1}"),
        mebibytes(before),
        mebibytes(peak),
        mebibytes(growth),
        mebibytes(LIMIT),
        size.verdict(growth <= LIMIT).to_owned(),
    ])
}

fn reported(text: &str) -> Result<[u64; 2], Failure> {
    let numbers: Vec<_> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    numbers.try_into().map_err(|_| format!("two numbers were to be reported, not {text:?}").into())
}

/// Reports what the process held before the first record, and at most, in KiB.
#[tokio::main]
pub(crate) async fn publish(endpoint: &str, publisher: &str, records: &str) -> Result<(), Failure> {
    let load = Load { keys: KEYS, records: records.parse()? };
    let publisher: Publisher = publisher.parse()?;
    let (client, tracing) = (kinesis::client(endpoint), Tracing::new(true));
    let before = status("VmRSS:")?;
    tokio::spawn(async move { publisher.publish(&client, STREAM, load, &tracing).await }).await??;
    writeln!(io::stdout(), "{before} {}", status("VmHWM:")?)?;
    Ok(())
}

fn status(name: &str) -> Result<u64, Failure> {
    let status = fs::read_to_string(STATUS)?;
    let value = status.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.split_whitespace().next());
    Ok(value.ok_or_else(|| format!("{STATUS} has no {name}"))?.parse()?)
}
