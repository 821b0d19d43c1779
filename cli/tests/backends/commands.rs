//! `kinetrace demo` and `kinetrace ordering`, run to their ends, with their spans at a collector.

use std::process::Command;

use tokio::task::spawn_blocking;

use crate::process::program;

/// How many events a run has.
pub(crate) const EVENTS: usize = 300;

/// How many spans the demo has sent. It has one record an invocation.
pub(crate) async fn demo(endpoint: &str) -> usize {
    run(endpoint, &["demo", "--limit", &EVENTS.to_string()]).await
}

/// The same of the benchmark of order, which has up to ten records an invocation, from a publisher without an invocation.
pub(crate) async fn ordering(endpoint: &str) -> usize {
    let lists =
        ["--carrier", "envelope", "--publisher", "ordered", "--parallelization-factor", "1", "--batch-size", "10"];
    run(endpoint, &[&["ordering", "--limit", &EVENTS.to_string()], &lists[..]].concat()).await
}

async fn run(endpoint: &str, arguments: &[&str]) -> usize {
    let mut command = program(env!("CARGO_BIN_EXE_kinetrace"));
    command.args(arguments).env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    let output = spawn_blocking(move || Command::output(&mut command).unwrap()).await.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}");
    let last = printed.lines().last().unwrap_or_default();
    let sent = last.strip_prefix("forwarded: ").and_then(|rest| rest.split(' ').next());
    sent.and_then(|spans| spans.parse().ok()).unwrap_or_else(|| panic!("not all spans left: {printed}"))
}
