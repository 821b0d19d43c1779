//! One run: a stream, a publisher, a mapping, a consumer, and what the checker says of them.

use std::time::Duration;

use kinetrace::{SequenceNumber, Telemetry};
use kinetrace_testbed::collector::{Collector, Forwarder};
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::Settings;
use kinetrace_testbed::kinesis::Operation;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::oneshot;

use super::arguments::Arguments;
use super::endpoint::Opened;
use super::faults::{ATTEMPT_TIMEOUT, impatient};
use super::feeds::Feeds;
use super::lines::Lines;
use super::observed::{Most, Observed};
use super::observer::Observer;
use super::pace::Pace;
use super::publication::Publication;
use super::publisher::PublisherName;
use super::records::Records;
use super::row::Row;
use super::variant::Variant;
use super::{ordered, put_record, put_records};
use crate::outcome::Failure;
use crate::pipeline::{Pipeline, Plan, stream_name};

/// A run to be made.
pub(super) struct Run<'a> {
    pub(super) kinesis: &'a Opened,
    pub(super) records: Records<'a>,
    pub(super) arguments: &'a Arguments,
    pub(super) variant: Variant,
    /// Where spans go in addition.
    pub(super) forwarder: Option<&'a Forwarder>,
}

/// Requests of exporters that wait for the observer.
const REQUESTS_AT_ONCE: usize = 64;

/// Lines of publishers that wait for the observer.
const LINES_AT_ONCE: usize = 1_024;

impl Run<'_> {
    pub(super) async fn execute(self) -> Result<Row, Failure> {
        let (spans_to, spans) = mpsc::channel(REQUESTS_AT_ONCE);
        let collector = Collector::start_handing_on(spans_to, self.forwarder.cloned()).await?;
        let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer")?;
        let (log_to, log) = mpsc::unbounded_channel();
        let pipeline = self.deploy(&collector, log_to).await?;
        let (lines_to, produced) = mpsc::channel(LINES_AT_ONCE);
        let ((end, ended), (published, unsettled)) = (oneshot::channel(), oneshot::channel());
        let feeds = Feeds { produced, log, spans, end: ended };
        let observer = tokio::spawn(self.observer(&pipeline).run(feeds, published));
        let done = self.publish_and_drain(&pipeline, Lines::new(lines_to, &telemetry), unsettled).await;
        // Also after an error: a stream that is left over costs money elsewhere.
        let remains = pipeline.take_down().await;
        telemetry.flush(Duration::from_secs(10)).await;
        // It listens until it is told, or has told why not.
        let invocations = remains.as_ref().map_or(0, |remains| remains.report.invocations);
        let _ = end.send(invocations);
        let (verdict, observed) = observer.await??;
        let (operations, remains) = (done?, remains?);
        if verdict.totals.processed == 0 {
            let complaint = observed.complaints.first().map(String::as_str).or(remains.why_given_up());
            let complaint = complaint.unwrap_or("it said nothing");
            return Err(format!("the consumer processed nothing: {complaint}").into());
        }
        self.tell(&operations, &observed);
        if !verdict.completeness.is_complete() {
            eprintln!("  the history of this run has gaps:{}", verdict.completeness);
        }
        let combination = self.variant.combination(self.arguments);
        Ok(Row::new(combination, self.arguments, self.records.len(), &verdict, &observed))
    }

    fn observer(&self, pipeline: &Pipeline) -> Observer {
        let observer = Observer::new(
            self.kinesis,
            pipeline.stream(),
            pipeline.pending(),
            self.records.len(),
            self.arguments.ahead(),
        );
        observer.forwarding_by(self.forwarder.cloned())
    }

    async fn deploy(&self, collector: &Collector, lines: UnboundedSender<LogLine>) -> Result<Pipeline, Failure> {
        let Arguments { shards, seed, .. } = self.arguments;
        let (bootstrap, arguments) = self.arguments.consumer()?;
        let plan = Plan {
            client: self.kinesis.client.clone(),
            collector,
            stream: stream_name("ordering"),
            shards: *shards,
            bootstrap,
            arguments,
            settings: Settings {
                batch_size: self.arguments.batch_size().into(),
                parallelization_factor: self.variant.parallelization_factor.into(),
                // Fewer than the template's: a consumer that cannot start is tried this often with every record.
                maximum_retry_attempts: Some(3),
                seed: *seed,
                ..Settings::of_template()
            },
        };
        Pipeline::deploy(plan, lines).await
    }

    /// Returns what was done to the shards, once all records that were acknowledged are processed or given up.
    async fn publish_and_drain(
        &self,
        pipeline: &Pipeline,
        lines: Lines<'_>,
        unsettled: oneshot::Receiver<Vec<(String, SequenceNumber)>>,
    ) -> Result<Vec<Operation>, Failure> {
        let pace = Pace::new(self.records.len(), self.arguments.reshard);
        let resharding = async { Ok(pace.reshard(&self.kinesis.client, pipeline.stream()).await?) };
        let publishing = self.publish(pipeline.stream(), &lines, &pace);
        let ((), operations) = tokio::try_join!(publishing, resharding)?;
        // The observer has then seen all of them.
        drop(lines);
        if let Ok(unsettled) = unsettled.await {
            pipeline.drain(unsettled).await?;
        }
        Ok(operations)
    }

    async fn publish(&self, stream: &str, lines: &Lines<'_>, pace: &Pace) -> Result<(), Failure> {
        let faults = self.kinesis.faults.is_some();
        let client = if faults { impatient(&self.kinesis.client) } else { self.kinesis.client.clone() };
        let publication = Publication {
            client: &client,
            stream,
            records: self.records,
            carrier: self.variant.carrier,
            telemetry: lines.telemetry(),
            pace,
            lines,
            ahead: self.arguments.ahead(),
            attempt_timeout: faults.then_some(ATTEMPT_TIMEOUT),
        };
        match self.variant.publisher {
            PublisherName::Ordered => ordered::publish(publication, false).await,
            PublisherName::OrderedAggregated => ordered::publish(publication, true).await,
            PublisherName::PutRecord => put_record::publish(publication).await?,
            PublisherName::PutRecords => put_records::publish(publication).await?,
        }
        Ok(())
    }

    /// What was done to the run, or it would not show whether it was put to the test.
    fn tell(&self, operations: &[Operation], observed: &Observed) {
        if let Some(faults) = &self.kinesis.faults {
            eprintln!("  faults: {}", faults.tally());
        }
        if self.arguments.reshard {
            let (splits, merges): (Vec<_>, _) =
                operations.iter().partition(|operation| matches!(operation, Operation::Split { .. }));
            eprintln!("  resharding: {} splits, {} merges", splits.len(), merges.len());
        }
        let Observed { packed, aggregates, produced, most, .. } = observed;
        if self.variant.publisher == PublisherName::OrderedAggregated {
            eprintln!("  aggregation: {packed} of {produced} records in {aggregates} aggregates");
        }
        let Most { stored, pending, traces, .. } = most;
        eprintln!("  kept at most: {stored} records in the stream, {pending} unsettled, {traces} spans unjoined");
    }
}
