//! How records are handed over, by the SDK and by the publisher. Comparisons with other producers take the same.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::BuildError;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use futures_util::{TryStreamExt as _, stream};
use kinetrace::Record;
use kinetrace_producer::Publisher;
use tokio::task::unconstrained;

use crate::Failure;

const ENTRIES: usize = 500;

/// `PutRecords` the usual way: 500 records a request, one request at a time, and those that failed again.
pub(crate) async fn put_records(
    client: &Client,
    stream: &str,
    mut records: impl Iterator<Item = Record>,
) -> Result<(), Failure> {
    loop {
        let mut left: Vec<_> = records.by_ref().take(ENTRIES).map(entry).collect::<Result<_, _>>()?;
        if left.is_empty() {
            return Ok(());
        }
        while !left.is_empty() {
            let answer = client.put_records().stream_name(stream).set_records(Some(left.clone())).send().await?;
            let mut results = answer.records.iter();
            left.retain(|_| results.next().is_none_or(|result| result.sequence_number.is_none()));
        }
    }
}

fn entry(record: Record) -> Result<PutRecordsRequestEntry, BuildError> {
    PutRecordsRequestEntry::builder().partition_key(record.partition_key).data(Blob::new(record.data)).build()
}

/// The publisher, as a program uses it that has more to do than wait: records are handed over one after the other, and
/// deliveries are awaited meanwhile, each as it comes. What waits is the publisher's to limit.
pub(crate) async fn publish(publisher: Publisher, records: impl Iterator<Item = Record> + Send) -> Result<(), Failure> {
    let deliveries = stream::try_unfold((publisher, records), async |(publisher, mut records)| {
        let Some(record) = records.next() else { return Ok(None) };
        let delivery = publisher.enqueue(record).await?;
        Ok(Some((delivery, (publisher, records))))
    });
    let acks = deliveries.try_buffer_unordered(usize::MAX);
    // Otherwise Tokio would make the task pause after some deliveries, and ask all the others again each time.
    unconstrained(acks.try_for_each(async |_ack| Ok(()))).await?;
    Ok(())
}
