//! One run: a stream, a publisher, a mapping, a consumer, and what the checker says of them.

use std::fmt;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::history::Produce;
use kinetrace::{Record, Telemetry};
use kinetrace_testbed::checker::check;
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::event_source_mapping::Settings;

use super::carrier::CarrierName;
use super::row::Row;
use super::{Arguments, PublisherName, ordered, put_records};
use crate::Failure;
use crate::joined::joined;
use crate::pipeline::{Pipeline, Plan, acknowledged, consumer_bootstrap, stream_name};

/// What distinguishes a run from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) carrier: CarrierName,
    pub(super) publisher: PublisherName,
    pub(super) parallelization_factor: u16,
}

impl Variant {
    /// Whether the combination promises order.
    pub(super) fn should_keep_order(self) -> bool {
        self.publisher == PublisherName::Ordered && self.carrier.keeps_order(self.parallelization_factor)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { carrier, publisher, parallelization_factor } = self;
        write!(f, "carrier {}, publisher {}, ", carrier.name(), publisher.name())?;
        write!(f, "ParallelizationFactor {parallelization_factor}")
    }
}

/// A run to be made.
pub(super) struct Run<'a> {
    pub(super) client: &'a Client,
    pub(super) records: &'a [Record],
    pub(super) arguments: &'a Arguments,
    pub(super) variant: Variant,
}

impl Run<'_> {
    pub(super) async fn execute(self) -> Result<Row, Failure> {
        let collector = Collector::start().await?;
        let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer")?;
        let pipeline = self.deploy(&collector).await?;
        let produced = self.publish_and_drain(&pipeline, &telemetry).await;
        // Also after an error: a stream that stays behind costs money elsewhere.
        let remains = pipeline.take_down().await;
        let (produced, remains) = (produced?, remains?);
        telemetry.flush(Duration::from_secs(10)).await;
        let joined = joined(&collector.spans(), &produced);
        let events = remains.history(&produced);
        let verdict = check(&events);
        if verdict.totals.processed == 0 {
            let complaint = remains.complaints.first().map(String::as_str).or(remains.why_given_up());
            let complaint = complaint.unwrap_or("it said nothing");
            return Err(format!("the consumer processed nothing: {complaint}").into());
        }
        Ok(Row::new(self.variant, self.arguments, self.records.len(), &verdict, &events, joined))
    }

    async fn deploy(&self, collector: &Collector) -> Result<Pipeline, Failure> {
        let Arguments { shards, batch_size, seed, bootstrap, .. } = self.arguments;
        let own = ["bootstrap", "benchmark", "--seed", &seed.to_string()];
        let (bootstrap, arguments) = consumer_bootstrap(bootstrap.as_deref(), &own)?;
        let plan = Plan {
            client: self.client.clone(),
            collector,
            stream: stream_name("ordering"),
            shards: *shards,
            bootstrap,
            arguments,
            settings: Settings {
                batch_size: (*batch_size).into(),
                parallelization_factor: self.variant.parallelization_factor.into(),
                report_batch_item_failures: true,
                // For ever, which is the default, a consumer that cannot start would be tried for ever.
                maximum_retry_attempts: Some(3),
                seed: *seed,
                ..Settings::default()
            },
        };
        Pipeline::deploy(plan).await
    }

    async fn publish_and_drain(&self, pipeline: &Pipeline, telemetry: &Telemetry) -> Result<Vec<Produce>, Failure> {
        let produced = self.publish(pipeline.stream(), telemetry).await?;
        pipeline.drain(acknowledged(&produced)).await?;
        Ok(produced)
    }

    async fn publish(&self, stream: &str, telemetry: &Telemetry) -> Result<Vec<Produce>, Failure> {
        let Self { client, records, variant, .. } = self;
        match variant.publisher {
            PublisherName::Ordered => Ok(ordered::publish(client, stream, records, variant.carrier, telemetry).await),
            PublisherName::PutRecords => {
                put_records::publish(client, stream, records, variant.carrier, telemetry).await
            }
        }
    }
}
