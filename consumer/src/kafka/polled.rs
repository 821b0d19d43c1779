//! Records that a program reads from its topics by itself, outside of Lambda.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::event::{EventPartition, EventRecord};
use super::transport::slots;
use super::unfinished::Unfinished;
use crate::any_handler::AnyHandler;
use crate::consumer::Consumer;

/// As good as none: a program that polls has no deadline.
const NO_DEADLINE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl<H: AnyHandler> Consumer<H> {
    /// Processes records that the caller has read by itself, from one or several partitions, those of each in the order of
    /// their offsets.
    ///
    /// Each has its span, metrics and line as in Lambda. The span continues its producer's trace and links to the caller's
    /// current span, if there is one; with [`RelationPolicy::Link`](crate::RelationPolicy::Link) it is below the caller's
    /// span and links to its producer's.
    ///
    /// Returns the first record that is not done, of each partition that has one, with the partition named as `topic-partition`.
    /// Process it again, and all of the partition after it. A caller that drops the future leaves the records that are in flight
    /// undone.
    ///
    /// ```
    /// use kinetrace_consumer::kafka::EventRecord;
    /// use kinetrace_consumer::{Consumer, Failure, Record};
    ///
    /// async fn handle(record: Record) -> Result<(), Failure> {
    ///     println!("{} bytes", record.payload.len());
    ///     Ok(())
    /// }
    ///
    /// # async fn example() -> Result<(), kinetrace_consumer::Error> {
    /// let consumer = Consumer::builder(handle).build()?;
    /// let record = EventRecord::new("flights", 0, 4711, Some("value".into())).key("N14228");
    /// let again = consumer.process_kafka([record]).await;
    /// assert!(again.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn process_kafka(&self, records: impl IntoIterator<Item = EventRecord>) -> Vec<Unfinished> {
        self.process_slots(slots(partitions(records), self.kafka_reading()), NO_DEADLINE).await
    }
}

fn partitions(records: impl IntoIterator<Item = EventRecord>) -> Vec<EventPartition> {
    let mut partitions: Vec<EventPartition> = Vec::new();
    let mut places = HashMap::new();
    for record in records {
        let place = *places.entry((Arc::clone(&record.topic), record.partition)).or_insert(partitions.len());
        if place == partitions.len() {
            let name = format!("{}-{}", record.topic, record.partition).into();
            partitions.push(EventPartition { name, records: Vec::new() });
        }
        partitions[place].records.push(Ok(record));
    }
    partitions
}
