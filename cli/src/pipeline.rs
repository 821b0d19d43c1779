//! What is deployed for a run: a stream, the consumer function, the mapping between them, and a collector of spans.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Produce, PutOutcome, Shard};
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::{LogLine, LogStream};
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Pending, Report, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;

use crate::outcome::Failure;

/// How long an invocation may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What to deploy.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) client: Client,
    pub(crate) collector: &'a Collector,
    pub(crate) stream: String,
    pub(crate) shards: u16,
    /// The consumer's executable and its arguments.
    pub(crate) bootstrap: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) settings: Settings,
}

/// A deployed pipeline. It reads from its stream from the start.
pub(crate) struct Pipeline {
    client: Client,
    stream: String,
    mapping: EventSourceMapping,
    function: Function,
}

/// What is left when a pipeline has been taken down.
pub(crate) struct Remains {
    /// Of all generations.
    shards: Vec<Shard>,
    pub(crate) report: Report,
}

impl Remains {
    /// All that is known of a run in which this was produced, and in which the consumer logged these events.
    pub(crate) fn history(&self, produced: &[Produce], logged: Vec<Event>) -> Vec<Event> {
        let shards = self.shards.iter().cloned().map(Event::Shard);
        let produced = produced.iter().cloned().map(Event::Produce);
        shards.chain(produced).chain(logged).collect()
    }

    /// Why records were given up, if any were.
    pub(crate) fn why_given_up(&self) -> Option<&str> {
        self.report.discards.first().map(|discard| discard.reason.as_str())
    }
}

impl Pipeline {
    /// The function's lines go to `lines`, whose receiver sees its end once the pipeline is taken down.
    pub(crate) async fn deploy(plan: Plan<'_>, lines: UnboundedSender<LogLine>) -> Result<Self, Failure> {
        kinesis::create_stream(&plan.client, &plan.stream, plan.shards).await?;
        let environments = usize::from(plan.shards) * plan.settings.parallelization_factor;
        let function = deploy_consumer(plan.collector, (plan.bootstrap, plan.arguments), environments, lines);
        let arn = format!("arn:aws:kinesis:us-east-1:000000000000:stream/{}", plan.stream);
        let stream = Stream { name: plan.stream.clone(), arn };
        let invoker = Arc::new(function.clone());
        let mapping = EventSourceMapping::start(plan.client.clone(), stream, plan.settings, invoker)?;
        Ok(Self { client: plan.client, stream: plan.stream, mapping, function })
    }

    /// The stream's name.
    pub(crate) fn stream(&self) -> &str {
        &self.stream
    }

    /// What the mapping is not done with of the records that are added to it.
    pub(crate) fn pending(&self) -> Pending {
        self.mapping.pending()
    }

    /// Waits until these records are processed or discarded.
    pub(crate) async fn drain(&self, records: Vec<(String, SequenceNumber)>) -> Result<(), Failure> {
        Ok(self.mapping.drain(records).await?)
    }

    /// Ends the function, whose spans are then all on their way, and deletes the stream.
    pub(crate) async fn take_down(self) -> Result<Remains, Failure> {
        let report = self.mapping.stop().await;
        self.function.shutdown().await;
        drop(self.function);
        // Only now: they may have been split and merged meanwhile.
        let shards = kinesis::shards(&self.client, &self.stream).await;
        kinesis::delete_stream(&self.client, &self.stream).await?;
        Ok(Remains { shards: shards?, report })
    }
}

/// The consumer function, with its executable and arguments, and at most so many environments.
pub(crate) fn deploy_consumer(
    collector: &Collector,
    (bootstrap, arguments): (PathBuf, Vec<String>),
    environments: usize,
    lines: UnboundedSender<LogLine>,
) -> Function {
    let mut configuration = Configuration::new("consumer", bootstrap);
    configuration.args = arguments;
    configuration.env = telemetry_variables(collector);
    // The checker reads them.
    configuration.env.push(("KINETRACE_RECORD_LOG".to_owned(), "all".to_owned()));
    configuration.timeout = TIMEOUT;
    configuration.max_concurrency = u16::try_from(environments).unwrap_or(u16::MAX);
    Function::new(configuration, lines)
}

/// The lines of a function, sorted into events and complaints.
pub(crate) struct Log(JoinHandle<(Vec<Event>, Vec<String>)>);

impl Log {
    pub(crate) fn start() -> (Self, UnboundedSender<LogLine>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(tokio::spawn(sort(receiver))), sender)
    }

    /// Everything that was logged, once the function and its processes are gone.
    pub(crate) async fn end(self) -> (Vec<Event>, Vec<String>) {
        // It fails only if the runtime is shutting down.
        self.0.await.unwrap_or_default()
    }
}

async fn sort(mut lines: UnboundedReceiver<LogLine>) -> (Vec<Event>, Vec<String>) {
    let (mut events, mut complaints) = (Vec::new(), Vec::new());
    while let Some(LogLine { stream, line, .. }) = lines.recv().await {
        match (stream, serde_json::from_str(&line)) {
            (LogStream::Stdout, Ok(event)) => events.push(event),
            (LogStream::Stdout, Err(_)) => {}
            (LogStream::Stderr, _) => complaints.push(line),
        }
    }
    (events, complaints)
}

/// The variables by which a function finds the collector.
pub(crate) fn telemetry_variables(collector: &Collector) -> Vec<(String, String)> {
    vec![("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.endpoint().to_owned())]
}

/// Shard and sequence number of every record that Kinesis acknowledged.
pub(crate) fn acknowledged(produced: &[Produce]) -> Vec<(String, SequenceNumber)> {
    let acknowledged = produced.iter().filter(|line| line.outcome == PutOutcome::Acknowledged);
    acknowledged.filter_map(|line| Some((line.shard.clone()?, line.sequence_number.clone()?))).collect()
}

/// This executable, which can play every function.
pub(crate) fn own_bootstrap() -> Result<PathBuf, Failure> {
    Ok(std::env::current_exe()?)
}

/// The consumer that `--bootstrap` names, or else this executable with arguments that make it one.
pub(crate) fn consumer_bootstrap(named: Option<&Path>, own: &[&str]) -> Result<(PathBuf, Vec<String>), Failure> {
    let Some(path) = named else {
        return Ok((own_bootstrap()?, own.iter().map(|argument| (*argument).to_owned()).collect()));
    };
    // Absolute, or a name without a slash would be looked for in PATH.
    let path = path.canonicalize().map_err(|error| format!("--bootstrap {}: {error}", path.display()))?;
    Ok((path, Vec::new()))
}

/// A stream name that no earlier run has used.
pub(crate) fn stream_name(purpose: &str) -> String {
    format!("kinetrace-{purpose}-{:08x}", fastrand::u32(..))
}
