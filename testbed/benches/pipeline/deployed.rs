//! One of the two pipelines, from its publisher to its consumers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_kinesis::Client;
use kinetrace::{Propagators, Telemetry};
use kinetrace_consumer::{Failure as Refusal, Record};
use kinetrace_producer::Publisher;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::create_stream;
use tokio::sync::mpsc::unbounded_channel;

use crate::Failure;
use crate::load::Load;

/// The first argument of a process that is to be a consumer.
pub(crate) const ROLE: &str = "--consumer";

const SHARDS: u16 = 4;

/// How long the spans of the publisher may take to leave.
const FLUSH: Duration = Duration::from_secs(30);

pub(crate) struct Deployed {
    is_traced: bool,
    stream: &'static str,
    client: Client,
    telemetry: Telemetry,
    mapping: EventSourceMapping,
    function: Function,
}

impl Deployed {
    pub(crate) async fn start(client: &Client, stream: &'static str, is_traced: bool) -> Result<Self, Failure> {
        create_stream(client, stream, SHARDS).await?;
        let mut configuration = Configuration::new(stream, std::env::current_exe()?);
        configuration.args = vec![ROLE.to_owned()];
        configuration.timeout = Duration::from_secs(30);
        configuration.max_concurrency = SHARDS;
        let variables = if is_traced {
            ("OTEL_EXPORTER_OTLP_ENDPOINT", std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT")?)
        } else {
            ("OTEL_SDK_DISABLED", "true".to_owned())
        };
        configuration.env = vec![(variables.0.to_owned(), variables.1)];
        // What the consumers write is not looked at.
        let (lines, mut written) = unbounded_channel();
        tokio::spawn(async move { while written.recv().await.is_some() {} });
        let function = Function::new(configuration, lines);
        let arn = format!("arn:aws:kinesis:us-east-1:000000000000:stream/{stream}");
        let settings = Settings { report_batch_item_failures: true, ..Settings::default() };
        let source = Stream { name: stream.to_owned(), arn };
        let mapping = EventSourceMapping::start(client.clone(), source, settings, Arc::new(function.clone()))?;
        let telemetry = if is_traced { Telemetry::from_env()? } else { Telemetry::new(None, Propagators::default()) };
        Ok(Self { is_traced, stream, client: client.clone(), telemetry, mapping, function })
    }

    /// From the first record to the moment at which each has been processed.
    pub(crate) async fn turn(&self, load: Load) -> Result<Duration, Failure> {
        let builder = Publisher::builder(self.client.clone(), self.stream).telemetry(&self.telemetry);
        let publisher = if self.is_traced { builder } else { builder.carrier(None).create_spans(false) }.build();
        let begin = Instant::now();
        let mut deliveries = Vec::with_capacity(load.records);
        for record in load.records() {
            deliveries.push(publisher.enqueue(record).await?);
        }
        let mut acks = Vec::with_capacity(load.records);
        for delivery in deliveries {
            let ack = delivery.await?;
            acks.push((ack.shard_id, ack.sequence_number));
        }
        let (drained, ()) = tokio::join!(self.mapping.drain(acks), self.telemetry.flush(FLUSH));
        drained?;
        Ok(begin.elapsed())
    }

    pub(crate) async fn end(self) {
        self.mapping.stop().await;
        self.function.shutdown().await;
    }
}

#[tokio::main]
pub(crate) async fn consume() -> Result<(), Failure> {
    Ok(kinetrace_consumer::run(handle).await?)
}

async fn handle(_: Record) -> Result<(), Refusal> {
    Ok(())
}
