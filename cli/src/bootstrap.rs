//! What an execution environment of the testbed runs: this same executable, so that nothing else need be built.

use std::time::Duration;

use clap::Subcommand;
use kinetrace_consumer::{Failure as HandlerFailure, Record};
use kinetrace_testbed::kinesis;
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
    /// The function `producer`, with the client of Kinesis that the testbed has.
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
        Function::Producer => kinetrace_producer_function::run_with(kinesis::client(&endpoint())).await,
        Function::Consumer => consume(Business::Look).await,
        Function::Benchmark { no_work: true, .. } => consume(Business::Nothing).await,
        Function::Benchmark { seed, no_work: false } => consume(Business::Slow { seed }).await,
    };
    Ok(ended.map(|()| Outcome::Holds)?)
}

/// What a consumer does with a record. One type of handler for all, because a consumer is compiled for each type anew.
#[derive(Debug, Clone, Copy)]
enum Business {
    Look,
    /// For runs that show what all else costs.
    Nothing,
    Slow {
        seed: u64,
    },
}

async fn consume(business: Business) -> Result<(), kinetrace_consumer::Error> {
    let handle = move |record: Record| async move {
        match business {
            Business::Look => look_at(record.json()?).await,
            Business::Nothing => {}
            Business::Slow { seed } => slow(&record, seed).await,
        }
        Ok::<_, HandlerFailure>(())
    };
    kinetrace_consumer::run(handle).await
}

/// The variable by which a demo tells its function where Kinesis is.
pub(crate) const ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";

/// As the AWS SDK reads it; where nothing says otherwise, that of `kinetrace local`.
fn endpoint() -> String {
    let set = ["AWS_ENDPOINT_URL_KINESIS", ENDPOINT_URL].into_iter().find_map(|name| std::env::var(name).ok());
    set.unwrap_or_else(|| "http://127.0.0.1:4567".to_owned())
}

#[tracing::instrument(name = "business code", skip_all, fields(bytes = event.get().len()))]
async fn look_at(event: &RawValue) {
    tokio::task::yield_now().await;
}

/// Without a duration, and a different one for each record, records that run at once would end in the order in which
/// they began, and no inversion could show.
async fn slow(record: &Record, seed: u64) {
    let seed = seed ^ record.sub_sequence_number.unwrap_or_default();
    let number = record.sequence_number.as_str().bytes().fold(seed, |hash, byte| hash.rotate_left(5) ^ u64::from(byte));
    let micros = fastrand::Rng::with_seed(number).u64(500..4_000);
    tokio::time::sleep(Duration::from_micros(micros)).await;
}
