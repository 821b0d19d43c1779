//! One run: a stream, a publisher, a mapping, a consumer, and what the checker says of them.

use std::fmt;
use std::time::Duration;

use kinetrace::history::Produce;
use kinetrace::{Record, Telemetry};
use kinetrace_testbed::checker::check;
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::event_source_mapping::Settings;
use kinetrace_testbed::kinesis::Operation;

use super::carrier::CarrierName;
use super::endpoint::Opened;
use super::faults::{ATTEMPT_TIMEOUT, impatient};
use super::pace::Pace;
use super::publication::Publication;
use super::row::Row;
use super::{Arguments, PublisherName, ordered, put_record, put_records};
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
        self.publisher.is_of_library() && self.carrier.keeps_order(self.parallelization_factor)
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
    pub(super) kinesis: &'a Opened,
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
            client: self.kinesis.client.clone(),
            collector,
            stream: stream_name("ordering"),
            shards: *shards,
            bootstrap,
            arguments,
            settings: Settings {
                batch_size: (*batch_size).into(),
                parallelization_factor: self.variant.parallelization_factor.into(),
                // Fewer than the template's, for a consumer that cannot start is tried as often with every record.
                maximum_retry_attempts: Some(3),
                seed: *seed,
                ..Settings::of_template()
            },
        };
        Pipeline::deploy(plan).await
    }

    async fn publish_and_drain(&self, pipeline: &Pipeline, telemetry: &Telemetry) -> Result<Vec<Produce>, Failure> {
        let pace = Pace::new(self.records.len(), self.arguments.reshard);
        let resharding = async { Ok(pace.reshard(&self.kinesis.client, pipeline.stream()).await?) };
        let publishing = self.publish(pipeline.stream(), telemetry, &pace);
        let (produced, operations) = tokio::try_join!(publishing, resharding)?;
        self.tell(&operations, &produced);
        pipeline.drain(acknowledged(&produced)).await?;
        Ok(produced)
    }

    async fn publish(&self, stream: &str, telemetry: &Telemetry, pace: &Pace) -> Result<Vec<Produce>, Failure> {
        let faults = self.kinesis.faults.is_some();
        let client = if faults { impatient(&self.kinesis.client) } else { self.kinesis.client.clone() };
        let publication = Publication {
            client: &client,
            stream,
            records: self.records,
            carrier: self.variant.carrier,
            telemetry,
            pace,
            attempt_timeout: faults.then_some(ATTEMPT_TIMEOUT),
        };
        match self.variant.publisher {
            PublisherName::Ordered => Ok(ordered::publish(publication, false).await),
            PublisherName::OrderedAggregated => Ok(ordered::publish(publication, true).await),
            PublisherName::PutRecord => put_record::publish(publication).await,
            PublisherName::PutRecords => put_records::publish(publication).await,
        }
    }

    /// What was done to the run, or it would not show whether it was put to the test.
    fn tell(&self, operations: &[Operation], produced: &[Produce]) {
        if let Some(faults) = &self.kinesis.faults {
            eprintln!("  faults: {}", faults.tally());
        }
        if self.arguments.reshard {
            let (splits, merges): (Vec<_>, _) =
                operations.iter().partition(|operation| matches!(operation, Operation::Split { .. }));
            eprintln!("  resharding: {} splits, {} merges", splits.len(), merges.len());
        }
        if self.variant.publisher == PublisherName::OrderedAggregated {
            let places: Vec<_> = produced.iter().filter_map(|line| line.sub_sequence_number).collect();
            let aggregates = places.iter().filter(|place| **place == 0).count();
            eprintln!("  aggregation: {} of {} records in {aggregates} aggregates", places.len(), produced.len());
        }
    }
}
