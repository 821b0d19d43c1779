//! What it costs the consumer that its collector fails: time, within a bound, and never a record.
//!
//! ```sh
//! cargo bench -p kinetrace-testbed --bench collector              # some minutes
//! cargo bench -p kinetrace-testbed --bench collector -- smoke     # a few invocations
//! ```
//!
//! Each collector has a consumer of its own: a process with the real Lambda runtime, which gets one invocation at a time,
//! of ten records with contexts. Its business code takes a millisecond for each. They take turns, so that what else the
//! machine does meets all alike.
//!
//! Measured is the time from the invocation's begin to the answer, and to the moment at which the process asks for the
//! next one: that is what Lambda bills. Added is what an invocation took above the median of those without telemetry.
//!
//! A record that is not processed, or an answer that names one, is an error. Times are for people to read: whether they
//! keep within the limit is printed, and changes no exit code.

mod collectors;
#[path = "../command.rs"]
mod command;
mod consumer;
mod event;
mod measurement;
mod rows;
#[path = "../verdict.rs"]
mod verdict;

use std::io::{self, Write as _};
use std::process::ExitCode;

use command::Failure;

/// So that a collector that hangs is waited for more than once.
const INVOCATIONS: usize = 200;

const FEW_INVOCATIONS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [consumer::ROLE] => consumer::run(),
        arguments => run(arguments),
    };
    command::end("collector", outcome)
}

#[tokio::main]
async fn run(arguments: &[&str]) -> Result<(), Failure> {
    let words = command::words(arguments);
    let invocations = match words.as_slice() {
        [] => INVOCATIONS,
        ["smoke"] => FEW_INVOCATIONS,
        _ => return Err(format!("{words:?} is not understood: say smoke, or nothing for all").into()),
    };
    let measurements = measurement::all(invocations).await?;
    writeln!(io::stdout(), "{}\n", rows::draw(&measurements, invocations == INVOCATIONS))?;
    Ok(())
}
