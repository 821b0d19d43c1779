//! The child processes: this very test program, told to run one ignored test, in which the consumer runs as in a `main`.

use std::env;
use std::sync::Arc;

use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetters};
use kinetrace_consumer::{Batch, ByBatch, Record};
use kinetrace_testbed::configuration::Configuration;

use crate::bad_record;
use crate::failure::{Kind, Plan};

const PLAN: &str = "PLAN";
const BAD_RECORDS: &str = "BAD_RECORDS";

/// A consumer that fails as planned.
pub(crate) fn configuration(plan: &Plan, collector: &str) -> Configuration {
    let env = vec![(PLAN.to_owned(), serde_json::to_string(plan).unwrap())];
    let base = child("bootstrap::run_the_consumer", collector, env);
    Configuration { timeout: plan.kind.timeout(), ..base }
}

/// A consumer whose records say whether they can be processed.
pub(crate) fn configuration_for_bad_records(collector: &str) -> Configuration {
    child("bootstrap::run_the_consumer_of_bad_records", collector, vec![(BAD_RECORDS.to_owned(), "1".to_owned())])
}

fn child(test: &str, collector: &str, mut env: Vec<(String, String)>) -> Configuration {
    env.push(("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.to_owned()));
    env.push(("KINETRACE_RECORD_LOG".to_owned(), "all".to_owned()));
    // A panic's backtrace takes longer than all else.
    env.push(("RUST_BACKTRACE".to_owned(), "0".to_owned()));
    let args = [test, "--exact", "--ignored", "--nocapture"].map(str::to_owned).to_vec();
    Configuration { args, env, max_concurrency: 20, ..Configuration::new("consumer", env::current_exe().unwrap()) }
}

#[test]
#[ignore = "the child process of other tests"]
fn run_the_consumer() {
    let Ok(plan) = env::var(PLAN) else { return };
    let plan: Plan = serde_json::from_str(&plan).unwrap();
    // As `#[tokio::main]` has it.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (has_queue, by_batch) = (matches!(plan.kind, Kind::Keep | Kind::Refuse), plan.by_batch);
    let plan = Arc::new(plan);
    let [for_records, for_batches, for_letters] = [(); 3].map(|()| Arc::clone(&plan));
    let handle = move |record: Record| {
        let plan = Arc::clone(&for_records);
        async move { plan.handle(record).await }
    };
    let store = ByBatch(move |batch: Batch| {
        let plan = Arc::clone(&for_batches);
        async move { plan.handle_batch(batch).await }
    });
    let keep = move |letter: DeadLetter| {
        let plan = Arc::clone(&for_letters);
        async move { plan.keep(letter).await }
    };
    let run = async {
        match (by_batch, has_queue) {
            (false, false) => kinetrace_consumer::run(handle).await,
            (false, true) => kinetrace_consumer::run(DeadLetters::new(handle, keep)).await,
            (true, false) => kinetrace_consumer::run(store).await,
            (true, true) => kinetrace_consumer::run(DeadLetters::new(store, keep)).await,
        }
    };
    runtime.block_on(run).unwrap();
}

#[test]
#[ignore = "the child process of other tests"]
fn run_the_consumer_of_bad_records() {
    if env::var(BAD_RECORDS).is_err() {
        return;
    }
    let run = kinetrace_consumer::run(bad_record::handle);
    tokio::runtime::Runtime::new().unwrap().block_on(run).unwrap();
}
