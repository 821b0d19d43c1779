//! The child processes: this very test program, told to run one ignored test, in which the consumer runs as in a `main`.

use std::env;

use kinetrace_testbed::configuration::Configuration;

use crate::failure::Plan;

const PLAN: &str = "PLAN";

/// A consumer that fails as planned.
pub(crate) fn configuration(plan: &Plan, collector: &str) -> Configuration {
    let args = ["bootstrap::run_the_consumer", "--exact", "--ignored", "--nocapture"].map(str::to_owned).to_vec();
    let env = [(PLAN, serde_json::to_string(plan).unwrap()), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.to_owned())];
    Configuration {
        args,
        env: env.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        timeout: plan.kind.timeout(),
        max_concurrency: 20,
        ..Configuration::new("consumer", env::current_exe().unwrap())
    }
}

#[test]
#[ignore = "the child process of other tests"]
fn run_the_consumer() {
    let Ok(plan) = env::var(PLAN) else { return };
    let plan: Plan = serde_json::from_str(&plan).unwrap();
    let run = kinetrace_consumer::run(move |record| {
        let plan = plan.clone();
        async move { plan.handle(record).await }
    });
    // As `#[tokio::main]` has it.
    tokio::runtime::Runtime::new().unwrap().block_on(run).unwrap();
}
