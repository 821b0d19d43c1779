//! How fast the publishers are, and how much memory they take, against the embedded Kinesis.
//!
//! ```sh
//! cargo bench -p kinetrace-testbed --bench publishers              # all of it, some minutes
//! cargo bench -p kinetrace-testbed --bench publishers -- speed     # or memory; or smoke: all of it, a few records
//! ```
//!
//! `-- profile ordered envelope 10000 50000` is for a profiler: see `docs/evidence/benchmarks.md`.
//!
//! Every call takes 10 ms in addition to the emulator's own work. No throughput limit is enforced: what is compared is the
//! publishers, not the stream. The emulator is a process of its own, on the same cores.
//!
//! Publishers get the same records, of 1 KiB, and do the same work for each: a sampled span, its context injected into an
//! envelope, and in the end shard and sequence number as attributes of the span. `put-records` does so by the interceptor
//! `Propagation`. No span is exported. The lines without tracing have neither spans nor envelopes.
//!
//! A line is the median of five runs. All lines are run once, and then again, so that what else the machine does meets
//! all alike. It is for people to read: whether a ratio meets its bar is printed, and changes no exit code.

#[path = "../at_once.rs"]
mod at_once;
#[path = "../command.rs"]
mod command;
mod emulator;
mod load;
mod memory;
mod ordered;
#[path = "../own_process.rs"]
mod own_process;
mod profile;
mod publisher;
#[path = "../publishing.rs"]
mod publishing;
mod put_records;
mod size;
mod speed;
mod tracing;

use std::process::ExitCode;

use command::Failure;
use size::Size;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [emulator::ROLE] => emulator::run(),
        [memory::ROLE, endpoint, publisher, records] => memory::publish(endpoint, publisher, records),
        arguments => run(arguments),
    };
    command::end("publishers", outcome)
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    let words = command::words(arguments);
    match words.as_slice() {
        [] => measure(&["speed", "memory"], Size::FULL),
        [what @ ("speed" | "memory")] => measure(&[what], Size::FULL),
        ["smoke"] => {
            for publisher in ["ordered", "ordered-aggregated"] {
                profile::run(publisher, "envelope", "4", "100")?;
            }
            measure(&["speed", "memory"], Size::SMOKE)
        }
        ["profile", publisher, tracing, keys, records] => profile::run(publisher, tracing, keys, records),
        ["profile", ..] => Err(profile::USAGE.into()),
        _ => {
            Err(format!("{words:?} is not understood: say speed, memory, profile or smoke, or nothing for all").into())
        }
    }
}

#[tokio::main]
async fn measure(what: &[&str], size: Size) -> Result<(), Failure> {
    if what.contains(&"speed") {
        speed::run(size).await?;
    }
    if what.contains(&"memory") {
        memory::run(size).await?;
    }
    Ok(())
}
