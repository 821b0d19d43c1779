//! Producers of Kinesis, ours and those of others, against one embedded Kinesis: `benches/rivals/producers/run`.
//!
//! ```text
//! arguments ─▶ cases ─▶ rounds ─┬▶ kinesis, a process: TLS ─▶ faults ─▶ service time ─▶ records
//!                               ├▶ program, a process ─▶ process_tree: time, memory
//!                               └▶ arrived: what is in the shards, and in which order ─▶ report
//! ```

mod arguments;
mod arrived;
mod authority;
mod case;
mod emulator;
mod failure;
mod kinesis;
mod load;
mod process_tree;
mod producer;
mod program;
mod publish;
#[path = "../../../../testbed/benches/publishing.rs"]
mod publishing;
mod report;
mod rounds;
mod row;
mod tls;

use std::process::ExitCode;

use arguments::Arguments;
use failure::Failure;
use kinetrace::__private::Causes;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [kinesis::ROLE, certificate, faults] => kinesis::run(certificate, faults).await,
        [publish::ROLE, publisher, endpoint, stream, keys, records] => {
            publish::run(publisher, endpoint, stream, keys, records).await
        }
        words => match Arguments::parse(words) {
            Ok(arguments) => rounds::run(&arguments).await,
            Err(failure) => Err(failure),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("producers: {}", Causes(failure.as_ref()));
            ExitCode::FAILURE
        }
    }
}
