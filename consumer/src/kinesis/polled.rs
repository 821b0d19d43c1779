//! Records that a program reads from the stream by itself, outside of Lambda.

use std::time::Duration;

use kinetrace::SequenceNumber;

use crate::any_handler::AnyHandler;
use crate::consumer::Consumer;
use crate::kinesis::event::EventRecord;
use crate::kinesis::transport::slots;

/// As good as none: a program that polls has no deadline.
const NO_DEADLINE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl<H: AnyHandler> Consumer<H> {
    /// Processes records that the caller has read by itself, such as by `GetRecords` or in a process of the Kinesis Client
    /// Library: records of one shard, in the order of their sequence numbers.
    ///
    /// Each has its span, metrics and line as in Lambda, and aggregates are unpacked. The span continues its producer's trace
    /// and links to the caller's current span, if there is one; with [`RelationPolicy::Link`](crate::RelationPolicy::Link) it
    /// is below the caller's span and links to its producer's.
    ///
    /// What comes back is the record at which the batch ends, which is to be processed again, with all after it; `None` if all
    /// are done. A caller that drops the future leaves the records that are in flight undone.
    ///
    /// Spans and metrics leave as the program's providers have it: in Lambda a flush follows each answer, and here none does.
    ///
    /// ```
    /// use kinetrace_consumer::kinesis::EventRecord;
    /// use kinetrace_consumer::{Consumer, Failure, Record};
    ///
    /// async fn handle(record: Record) -> Result<(), Failure> {
    ///     println!("{} bytes", record.payload.len());
    ///     Ok(())
    /// }
    ///
    /// # async fn example() -> Result<(), kinetrace_consumer::Error> {
    /// let consumer = Consumer::builder(handle).build()?;
    /// let record = EventRecord::new("flights", "shardId-000000000000", "4959", "payload").partition_key("N14228");
    /// let again = consumer.process([record]).await;
    /// assert_eq!(again, None);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn process(&self, records: impl IntoIterator<Item = EventRecord>) -> Option<SequenceNumber> {
        let records = records.into_iter().map(Ok).collect();
        let cuts = self.process_slots(slots(records, self.reader(), self.propagators()), NO_DEADLINE).await;
        // Every record has a number.
        cuts.into_iter().find_map(Result::ok).map(|stop| stop.sequence_number)
    }
}
