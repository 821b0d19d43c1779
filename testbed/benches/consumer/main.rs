//! What the consumer costs: each record, and the start of the function.
//!
//! ```sh
//! cargo bench -p kinetrace-testbed --bench consumer                # all of it, a minute and a build
//! cargo bench -p kinetrace-testbed --bench consumer -- records     # or start; or smoke: all of it, a few records
//! ```
//!
//! It is for people to read: whether a target is met is printed, and changes no exit code.

#[path = "../command.rs"]
mod command;
mod records;
mod start;
#[path = "../verdict.rs"]
mod verdict;

use std::process::ExitCode;

use command::Failure;
use records::Size;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [records::ROLE, batch, invocations, lines] => records::process(batch, invocations, lines),
        arguments => run(arguments),
    };
    command::end("consumer", outcome)
}

#[tokio::main]
async fn run(arguments: &[&str]) -> Result<(), Failure> {
    let words = command::words(arguments);
    match words.as_slice() {
        [] => all(Size::FULL).await,
        ["records"] => records::run(Size::FULL).await,
        ["start"] => start::run(Size::FULL).await,
        ["smoke"] => all(Size::SMOKE).await,
        _ => Err(format!("{words:?} is not understood: say records, start or smoke, or nothing for all").into()),
    }
}

async fn all(size: Size) -> Result<(), Failure> {
    records::run(size).await?;
    start::run(size).await
}
