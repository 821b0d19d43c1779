//! What an execution environment of the testbed runs: this same executable, so that nothing else need be built.

use std::time::Duration;

use clap::Subcommand;
use kinetrace_consumer::{Failure as HandlerFailure, Record};
use serde_json::value::RawValue;

use crate::outcome::{Failure, Outcome};

/// Runs as a Lambda function. Started by the testbed.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    function: Function,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Function {
    /// The function `producer`, as it is deployed.
    Producer,
    /// The consumer, with business code that takes any JSON.
    Consumer,
    /// The consumer, with business code that takes a few random milliseconds.
    Benchmark {
        /// Decides which record takes how long.
        #[arg(long)]
        seed: u64,
        /// It takes no time at all.
        #[arg(long)]
        no_work: bool,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let ended = match arguments.function {
        Function::Producer => kinetrace_producer_function::run().await,
        Function::Consumer => kinetrace_consumer::run(business).await,
        Function::Benchmark { no_work: true, .. } => kinetrace_consumer::run(nothing).await,
        Function::Benchmark { seed, no_work: false } => kinetrace_consumer::run(move |record| slow(record, seed)).await,
    };
    Ok(ended.map(|()| Outcome::Holds)?)
}

async fn business(record: Record) -> Result<(), HandlerFailure> {
    look_at(record.json()?).await;
    Ok(())
}

#[tracing::instrument(name = "business code", skip_all, fields(bytes = event.get().len()))]
async fn look_at(event: &RawValue) {
    tokio::task::yield_now().await;
}

/// For runs that show what all else costs.
async fn nothing(_: Record) -> Result<(), HandlerFailure> {
    Ok(())
}

/// Without a duration, and a different one for each record, records that run at once would end in the order in which
/// they began, and no inversion could show.
async fn slow(record: Record, seed: u64) -> Result<(), HandlerFailure> {
    let seed = seed ^ record.sub_sequence_number.unwrap_or_default();
    let number = record.sequence_number.as_str().bytes().fold(seed, |hash, byte| hash.rotate_left(5) ^ u64::from(byte));
    let micros = fastrand::Rng::with_seed(number).u64(500..4_000);
    tokio::time::sleep(Duration::from_micros(micros)).await;
    Ok(())
}
