//! The demo over Kinesis: the producer function, a stream, a mapping, the consumer function.

use std::path::Path;

use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::Settings;
use kinetrace_testbed::kinesis::Kinesis;
use kinetrace_testbed::printable::Printable;
use tokio::sync::mpsc::UnboundedSender;

use super::callers::{self, Published};
use super::world::{Ran, World};
use crate::input::Input;
use crate::outcome::Failure;
use crate::pipeline::{Log, Pipeline, Plan, acknowledged, consumer_bootstrap, stream_name};
use crate::say::say;

const SHARDS: u16 = 2;

pub(super) async fn run(world: World<'_>, input: Input) -> Result<Ran, Failure> {
    let kinesis = Kinesis::start().await?;
    let (log, lines) = Log::start();
    let pipeline = deploy(&kinesis, world.collector, world.bootstrap, lines).await?;
    say!("2. deployed: a stream of {SHARDS} shards, a mapping with batch size 1, a producer and a consumer function");

    let published = publish(&pipeline, &kinesis, world, input).await?;
    pipeline.drain(acknowledged(&published.lines)).await?;
    let remains = pipeline.take_down().await?;
    let (logged, complaints) = log.end().await;
    say!("4. processed by the consumer function in {} invocations", remains.report.invocations);
    complaints.iter().take(5).for_each(|complaint| say!("   it says: {}", Printable(complaint)));
    remains.why_given_up().iter().for_each(|reason| say!("   records were given up: {}", Printable(reason)));
    let events = remains.history(&published.lines, logged);
    Ok(Ran { produced: published.lines, events })
}

async fn deploy(
    kinesis: &Kinesis,
    collector: &Collector,
    own: Option<&Path>,
    lines: UnboundedSender<LogLine>,
) -> Result<Pipeline, Failure> {
    let settings = Settings { maximum_retry_attempts: Some(3), ..Settings::of_template() };
    let (bootstrap, arguments) = consumer_bootstrap(own, &["bootstrap", "consumer"])?;
    let plan = Plan {
        client: kinesis.client(),
        collector,
        stream: stream_name("demo"),
        shards: SHARDS,
        bootstrap,
        arguments,
        settings,
    };
    Pipeline::deploy(plan, lines).await
}

async fn publish(pipeline: &Pipeline, kinesis: &Kinesis, world: World<'_>, input: Input) -> Result<Published, Failure> {
    let count = input.records.len();
    let published =
        callers::publish(pipeline.stream(), kinesis.endpoint(), (world.collector, world.forwarder), input).await?;
    let acknowledged = acknowledged(&published.lines).len();
    say!("3. {acknowledged} of {count} published by the producer function, an invocation for each");
    if let Some(complaint) = published.complaints.first() {
        say!("   {} complaints, the first: {}", published.complaints.len(), Printable(complaint));
    }
    Ok(published)
}
