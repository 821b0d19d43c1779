//! What the Lambda function `consumer` costs apart from its records: the size of its program, the time until it asks for its
//! first invocation, and the memory it has taken by then and after batches.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::Environment;
use kinetrace_testbed::table;
use tokio::process::Command;
use tokio::sync::mpsc::unbounded_channel;

use crate::Failure;
use crate::records::{Size, event};
use crate::verdict::verdict;

const STARTS: usize = 21;

/// Batches of 100 that are processed before memory is read again.
const INVOCATIONS: usize = 100;

const MEBIBYTE: f64 = 1024.0 * 1024.0;

pub(crate) async fn run(size: Size) -> Result<(), Failure> {
    eprintln!("start: building the program");
    let program = build(size).await?;
    let bytes = fs::metadata(&program)?.len();
    let mut rows = vec![row(size, "size of the program", bytes as f64 / MEBIBYTE, "MiB", 5.8)];
    let collector = Collector::start().await?;
    let mut configuration = Configuration::new("consumer", &program);
    configuration.env = vec![("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.endpoint().to_owned())];
    let mut starts = Vec::new();
    for _ in 0..if size.is_full { STARTS } else { 1 } {
        let (sender, _lines) = unbounded_channel();
        let begin = Instant::now();
        let environment = Environment::start(0, &configuration, sender).await?;
        environment.ready().await?;
        starts.push(begin.elapsed().as_secs_f64() * 1e3);
        // Nothing but the one that is asked for its memory is to run then.
        environment.shutdown().await;
    }
    starts.sort_by(f64::total_cmp);
    rows.push(row(size, "start to first request for work", starts[starts.len() / 2], "ms", 15.0));
    if let Some([idle, busy]) = memory(size, &configuration, &program).await? {
        rows.push(row(size, "resident before the first record", idle, "MiB", 9.0));
        rows.push(row(size, "resident at most, batches of 100", busy, "MiB", 15.0));
    }
    let headings = ["the function", "is", "target", "verdict"];
    writeln!(io::stdout(), "{}\n", table::draw(headings, 1, rows))?;
    Ok(())
}

fn row(size: Size, what: &str, figure: f64, unit: &str, most: f64) -> [String; 4] {
    let verdict = verdict(figure <= most, size.is_full);
    [what.to_owned(), format!("{figure:.1} {unit}"), format!("<= {most} {unit}"), verdict.to_owned()]
}

/// As people build it for deployment: that is the program whose size and start count.
async fn build(size: Size) -> Result<PathBuf, Failure> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--locked", "--bin", "consumer", "--message-format", "json"]);
    // As `.cargo/config.toml` in the function's folder has it.
    command.env("CARGO_PROFILE_RELEASE_LTO", "fat");
    // Alone, it is built with no more features than it asks for. To see that all works, what is built already will do.
    command.args(if size.is_full {
        ["--release", "--package=kinetrace-consumer-function"].as_slice()
    } else {
        &["--workspace"]
    });
    let output = command.stderr(std::process::Stdio::inherit()).output().await?;
    let program = String::from_utf8(output.stdout)?.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    program.ok_or_else(|| format!("cargo build made no program, and ended with {}", output.status).into())
}

/// MiB before the first record and at most; `None` where no such thing is told.
async fn memory(size: Size, configuration: &Configuration, program: &Path) -> Result<Option<[f64; 2]>, Failure> {
    let (sender, mut lines) = unbounded_channel();
    let environment = Environment::start(0, configuration, sender).await?;
    environment.ready().await?;
    let Some(status) = status_of(program)? else { return Ok(None) };
    let idle = peak(&status)?;
    let event = event(100);
    for _ in 0..if size.is_full { INVOCATIONS } else { 1 } {
        environment.invoke(event.clone().into()).await?;
        while lines.try_recv().is_ok() {}
    }
    environment.ready().await?;
    let busy = peak(&status)?;
    environment.shutdown().await;
    Ok(Some([idle, busy]))
}

/// Where Linux describes the one process that runs `program`.
fn status_of(program: &Path) -> Result<Option<PathBuf>, Failure> {
    let Ok(processes) = fs::read_dir("/proc") else { return Ok(None) };
    for process in processes {
        let process = process?.path();
        if fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program) {
            return Ok(Some(process.join("status")));
        }
    }
    Ok(None)
}

fn peak(status: &Path) -> Result<f64, Failure> {
    let text = fs::read_to_string(status)?;
    let value = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    let kibibytes: f64 = value.ok_or_else(|| format!("{} has no VmHWM", status.display()))?.parse()?;
    Ok(kibibytes / 1024.0)
}
