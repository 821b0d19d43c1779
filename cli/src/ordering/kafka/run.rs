//! One run on Kafka: a topic, a publisher, a mapping, a consumer, and what the checker says of them.

use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace_testbed::collector::{Collector, Forwarder};
use kinetrace_testbed::kafka::Topic;
use tokio::sync::{mpsc, oneshot, watch};

use super::client::Settings;
use super::created::Creator;
use super::endpoint::Opened;
use super::legs::{Leg, legs};
use super::observer::Observer;
use super::producer::Producer;
use super::publish::Publication;
use super::sent::Sent;
use super::variant::Variant;
use crate::kafka_pipeline::{Pipeline, Plan};
use crate::ordering::arguments::Arguments;
use crate::ordering::feeds::Feeds;
use crate::ordering::grow::Grow;
use crate::ordering::lines::Lines;
use crate::ordering::records::Records;
use crate::ordering::row::Row;
use crate::outcome::Failure;
use crate::pipeline::stream_name;

/// Requests of exporters, and lines of publishers, that wait for the observer.
const REQUESTS_AT_ONCE: usize = 64;
const LINES_AT_ONCE: usize = 1_024;

/// So many records are on their way at once: all of a short run, as of a program that waits for no answer.
const WINDOW: usize = 8_192;

/// So many it are where a topic grows meanwhile, or all of a run would be on their way before.
const NARROW_WINDOW: usize = 256;

/// The last spans are on their way at most so long.
const FLUSH_LIMIT: Duration = Duration::from_secs(10);

/// A run to be made.
pub(super) struct Run<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) records: Records<'a>,
    pub(super) variant: Variant,
    /// Where spans go in addition.
    pub(super) forwarder: Option<&'a Forwarder>,
}

impl Run<'_> {
    pub(super) async fn execute(self) -> Result<Row, Failure> {
        let kafka = Opened::open(self.arguments).await?;
        let topic = Topic::create(&kafka.bootstrap_servers, &stream_name("ordering"), self.partitions()).await?;
        let row = self.execute_on(&kafka, &topic).await;
        // Also after an error: what is left over is there for good.
        topic.delete().await?;
        row
    }

    async fn execute_on(&self, kafka: &Opened, topic: &Topic) -> Result<Row, Failure> {
        let (spans_to, spans) = mpsc::channel(REQUESTS_AT_ONCE);
        let collector = Collector::start_handing_on(spans_to, self.forwarder.cloned()).await?;
        let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer")?;
        let (lines_to, produced) = mpsc::channel(LINES_AT_ONCE);
        let (log_to, log) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let sent = Sent::default();
        let pipeline = Pipeline::deploy(self.plan(kafka, topic, &collector)?, log_to)?;
        let observer = self.observer(topic, sent.clone());
        let observer = tokio::spawn(observer.run(Feeds { produced, log, spans, end: ended }));
        let creator = Creator::new(topic.name(), self.variant, &telemetry, sent);
        let lines = Lines::new(lines_to, &telemetry);
        let published = self.publish(kafka, topic, &pipeline, (creator, lines)).await;
        let report = pipeline.take_down().await;
        telemetry.flush(FLUSH_LIMIT).await;
        let _ = end.send(report.invocations);
        let (verdict, observed) = observer.await?;
        published?;
        if verdict.totals.processed == 0 {
            let complaint = observed.complaints.first().map_or("it said nothing", String::as_str);
            return Err(format!("the consumer processed nothing: {complaint}").into());
        }
        if let Some(faults) = &kafka.faults {
            eprintln!("  faults: {}", faults.tally());
        }
        if !verdict.completeness.is_complete() {
            eprintln!("  the history of this run has gaps:{}", verdict.completeness);
        }
        let combination = self.variant.combination(self.arguments);
        Ok(Row::new(combination, self.arguments, self.records.len(), &verdict, &observed))
    }

    /// Returns once all that is in the topic is processed.
    async fn publish(
        &self,
        kafka: &Opened,
        topic: &Topic,
        pipeline: &Pipeline,
        (mut creator, lines): (Creator<'_>, Lines<'_>),
    ) -> Result<(), Failure> {
        let settled = watch::Sender::new(0);
        let window = if self.arguments.grow == Some(Grow::AtOnce) { NARROW_WINDOW } else { WINDOW };
        let publication = Publication { records: self.records, lines: &lines, settled: &settled, window };
        let settings = Settings {
            bootstrap_servers: &kafka.bootstrap_servers,
            topic: topic.name(),
            publisher: self.variant.publisher,
            is_faulty: kafka.faults.is_some(),
        };
        if self.arguments.grow == Some(Grow::AtOnce) {
            let producer = Producer::open(settings).await?;
            let publishing = async {
                publication.publish(0..self.records.len(), &mut creator, &producer).await;
                Ok(())
            };
            tokio::try_join!(publishing, self.grow_at_once(kafka, topic, &settled))?;
        } else {
            for Leg { records, grows_to } in self.legs() {
                // A new one each time, which knows all partitions from its first record on.
                let producer = Producer::open(settings).await?;
                publication.publish(records, &mut creator, &producer).await;
                if let Some(partitions) = grows_to {
                    pipeline.drain_all(self.partitions_before(partitions)).await?;
                    kafka.grow(topic, partitions).await?;
                }
            }
        }
        pipeline.drain_all(self.partitions_before(i32::MAX)).await
    }

    /// Adds partitions when so many records are settled, while others are on their way.
    async fn grow_at_once(&self, kafka: &Opened, topic: &Topic, settled: &watch::Sender<usize>) -> Result<(), Failure> {
        for Leg { records, grows_to } in self.legs() {
            let Some(partitions) = grows_to else { continue };
            let _ = settled.subscribe().wait_for(|settled| *settled >= records.end).await;
            kafka.grow(topic, partitions).await?;
        }
        Ok(())
    }

    fn plan<'p>(&self, kafka: &'p Opened, topic: &'p Topic, collector: &'p Collector) -> Result<Plan<'p>, Failure> {
        Ok(Plan {
            topic,
            bootstrap_servers: &kafka.bootstrap_servers,
            partitions: u16::try_from(self.partitions_before(i32::MAX)).unwrap_or(u16::MAX),
            collector,
            consumer: self.arguments.consumer()?,
            batch_size: self.arguments.batch_size(),
            seed: self.arguments.seed,
        })
    }

    fn observer(&self, topic: &Topic, sent: Sent) -> Observer {
        let grown = self.legs().into_iter().filter_map(|leg| leg.grows_to);
        let counts = [self.partitions()].into_iter().chain(grown).filter_map(|count| u32::try_from(count).ok());
        Observer::new(topic.name(), counts, sent)
    }

    fn legs(&self) -> Vec<Leg> {
        legs(self.records.len(), self.partitions(), self.arguments.grow)
    }

    fn partitions(&self) -> i32 {
        self.arguments.shards.into()
    }

    /// How many partitions the topic has before it grows to so many.
    fn partitions_before(&self, partitions: i32) -> i32 {
        let grown = self.legs().into_iter().filter_map(|leg| leg.grows_to);
        grown.filter(|count| *count < partitions).max().unwrap_or(self.partitions())
    }
}
