//! The consumer: this same program, in a process of its own.

use std::time::Duration;

use kinetrace_consumer::{Failure as Refusal, Record};
use kinetrace_testbed::configuration::Configuration;

use crate::Failure;
use crate::collectors::{Collector, Condition};

/// The first argument of a process that is to be the consumer.
pub(crate) const ROLE: &str = "--consumer";

/// What the business code takes for a record.
const WORK: Duration = Duration::from_millis(1);

pub(crate) fn configuration(condition: Condition, collector: &Collector) -> Result<Configuration, Failure> {
    let mut configuration = Configuration::new("consumer", std::env::current_exe()?);
    configuration.args = vec![ROLE.to_owned()];
    configuration.timeout = Duration::from_secs(30);
    configuration.env = vec![("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.endpoint.clone())];
    configuration.env.push(("KINETRACE_RECORD_LOG".to_owned(), "all".to_owned()));
    if condition == Condition::Off {
        configuration.env.push(("OTEL_SDK_DISABLED".to_owned(), "true".to_owned()));
    }
    Ok(configuration)
}

#[tokio::main]
pub(crate) async fn run() -> Result<(), Failure> {
    Ok(kinetrace_consumer::run(work).await?)
}

async fn work(_: Record) -> Result<(), Refusal> {
    tokio::time::sleep(WORK).await;
    Ok(())
}
