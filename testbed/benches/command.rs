//! How a benchmark is asked, and how it ends.

use std::error::Error;
use std::process::ExitCode;

use kinetrace::__private::Causes;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// What people write after `--`. Cargo says `--bench` when it runs benchmarks, and nothing when it runs them as tests: then
/// it is `smoke`.
pub(crate) fn words<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    if !arguments.contains(&"--bench") || arguments.contains(&"--test") {
        return vec!["smoke"];
    }
    arguments.iter().copied().filter(|argument| *argument != "--bench").collect()
}

pub(crate) fn end(benchmark: &str, outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{benchmark}: {}", Causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
