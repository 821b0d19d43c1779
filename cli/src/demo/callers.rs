//! Those who call the producer function: an invocation for each event, the events of a group one after another.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::time::Duration;

use futures_util::future::join_all;
use kinetrace::history::{Event, Produce};
use kinetrace_producer::Record;
use kinetrace_testbed::collector::{Collector, Forwarder};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::function::Function;

use crate::bootstrap::ENDPOINT_URL;
use crate::input::Input;
use crate::outcome::Failure;
use crate::pipeline::{Log, own_bootstrap, telemetry_variables};

/// How many call at once.
const CALLERS: u16 = 4;

/// What the producer function did.
pub(crate) struct Published {
    /// What it logged of each record.
    pub(crate) lines: Vec<Produce>,
    /// Invocations that failed, and what it wrote to standard error.
    pub(crate) complaints: Vec<String>,
}

/// Deploys the producer function, hands it every event, and takes it down. Callers wait while the forwarder has no room.
pub(crate) async fn publish(
    stream: &str,
    kinesis: &str,
    (collector, forwarder): (&Collector, Option<&Forwarder>),
    input: Input,
) -> Result<Published, Failure> {
    let (log, lines) = Log::start();
    let mut configuration = Configuration::new("producer", own_bootstrap()?);
    configuration.args = vec!["bootstrap".to_owned(), "producer".to_owned()];
    configuration.timeout = Duration::from_secs(30);
    configuration.max_concurrency = CALLERS;
    configuration.env = telemetry_variables(collector);
    for (name, value) in [
        ("KINETRACE_STREAM", stream),
        ("KINETRACE_GROUP_FIELD", &input.group_by),
        (ENDPOINT_URL, kinesis),
        // The checker reads the lines.
        ("KINETRACE_RECORD_LOG", "all"),
    ] {
        configuration.env.push((name.to_owned(), value.to_owned()));
    }
    let function = Function::new(configuration, lines);
    let failures =
        join_all(by_caller(input.records).into_iter().map(|events| call(&function, forwarder, events))).await.concat();
    function.shutdown().await;
    drop(function);
    let (events, stderr) = log.end().await;
    let lines = events.into_iter().filter_map(|event| match event {
        Event::Produce(line) => Some(line),
        _ => None,
    });
    Ok(Published { lines: lines.collect(), complaints: [failures, stderr].concat() })
}

/// All events of a group go to one caller, so that each is handed over when the one before it is in the stream.
fn by_caller(records: Vec<Record>) -> Vec<Vec<Record>> {
    let mut callers = vec![Vec::new(); CALLERS.into()];
    for record in records {
        let mut hasher = DefaultHasher::new();
        record.partition_key.hash(&mut hasher);
        let caller = usize::try_from(hasher.finish() % u64::from(CALLERS)).unwrap_or_default();
        callers[caller].push(record);
    }
    callers
}

async fn call(function: &Function, forwarder: Option<&Forwarder>, events: Vec<Record>) -> Vec<String> {
    let mut failures = Vec::new();
    for event in events {
        if let Some(forwarder) = forwarder {
            forwarder.room().await;
        }
        let body = [br#"{"events":["#, &event.data[..], b"]}"].concat();
        if let Err(error) = function.invoke(body.into()).await {
            failures.push(error.to_string());
        }
    }
    failures
}
