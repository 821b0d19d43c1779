//! What tracing takes from a whole pipeline: publisher, embedded Kinesis, mapping, consumer.
//!
//! ```sh
//! cargo bench -p kinetrace-testbed --bench pipeline              # some minutes
//! cargo bench -p kinetrace-testbed --bench pipeline -- smoke     # a few records
//! ```
//!
//! Two pipelines with a stream and consumers of their own take turns: one with tracing at both ends, whose spans go to a
//! collector, and one without. So what else the machine does meets both. A turn ends when each record has been processed and
//! each span of the publisher has left; those of the consumer leave before its next invocation. Kinesis is a process of its own,
//! and each call of it takes 10 ms in addition to its own work. The handler does nothing: with one that does something, tracing
//! takes a smaller share. A second table says which process takes how much of the processors.
//!
//! It is for people to read: the ratio is printed, and changes no exit code.

mod collector;
#[path = "../command.rs"]
mod command;
mod deployed;
#[path = "../publishers/emulator.rs"]
mod emulator;
#[path = "../publishers/load.rs"]
mod load;
#[path = "../own_process.rs"]
mod own_process;
mod processors;
mod turns;
#[path = "../verdict.rs"]
mod verdict;

use std::process::ExitCode;

use command::Failure;
use turns::Size;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [emulator::ROLE] => emulator::run(),
        [collector::ROLE] => collector::run(),
        [deployed::ROLE] => deployed::consume(),
        [turns::ROLE, kinesis, size] => turns::take(kinesis, size),
        arguments => run(arguments),
    };
    command::end("pipeline", outcome)
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    let words = command::words(arguments);
    match words.as_slice() {
        [] => turns::run(Size::FULL),
        ["smoke"] => turns::run(Size::SMOKE),
        _ => Err(format!("{words:?} is not understood: say smoke, or nothing for all").into()),
    }
}
