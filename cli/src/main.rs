//! The command `kinetrace`.
//!
//! * `demo`: one real file through stream and Lambda.
//! * `ordering`: carriers, parallelization factors and publishers, compared.
//! * `local`: your own functions on a local stream, and a page to look at them.
//! * `tell`: what such a run is to do.
//! * `report`: that page of a run that is over.
//! * `verify`: the checker on any history.
//! * `inspect`: what records carry, from whatever they come in.
//! * `bootstrap`: what the execution environments of the first two run.

mod bootstrap;
mod demo;
mod forwarding;
mod input;
mod inspect;
mod joined;
#[cfg(feature = "kafka")]
mod kafka_pipeline;
mod local;
mod ordering;
mod outcome;
mod page;
mod pipeline;
mod port_error;
mod report;
mod say;
mod tell;
mod trace_tree;
mod transport;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kinetrace::__private::{Causes, StderrLines};
use kinetrace_testbed::printable::Printable;

use outcome::Outcome;

/// Traces across Amazon Kinesis into AWS Lambda that never move a record.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Ordering(ordering::Arguments),
    Local(Box<local::Arguments>),
    Tell(tell::Arguments),
    Report(report::Arguments),
    Verify(verify::Arguments),
    Inspect(inspect::Arguments),
    #[command(hide = true)]
    Bootstrap(bootstrap::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command;
    // A function has a log of its own.
    if !matches!(command, Command::Bootstrap(_)) {
        // It is the first, so this does not fail.
        let _ = tracing::subscriber::set_global_default(StderrLines);
    }
    let result = match command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Ordering(arguments) => ordering::run(arguments).await,
        Command::Local(arguments) => local::run(*arguments).await,
        Command::Tell(arguments) => tell::run(arguments).await,
        Command::Report(arguments) => report::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Bootstrap(arguments) => bootstrap::run(arguments).await,
    };
    match result {
        Ok(Outcome::Holds) => ExitCode::SUCCESS,
        Ok(Outcome::DoesNotHold) => ExitCode::FAILURE,
        Ok(Outcome::CannotBeSeen) => ExitCode::from(3),
        Err(error) => {
            eprintln!("error: {}", Printable(&Causes(error.as_ref()).to_string()));
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
