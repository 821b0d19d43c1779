//! Reads one partition, read by read, and asks how many there are.

use std::sync::Arc;
use std::time::Duration;

use super::super::error::Error;
use super::super::patience;
use super::record::Record;
use super::source::Source;

/// Where a partition has been read to.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) partition: u32,
    next_offset: i64,
    /// Before the next read: there was nothing new at the last.
    pause: bool,
    was_read: bool,
}

impl Reader {
    pub(super) fn new(partition: u32) -> Self {
        Self { partition, next_offset: 0, pause: false, was_read: false }
    }

    /// The next records, up to `most`, the reader for those after them, and whether it was its first read.
    pub(super) async fn read<S: Source>(
        mut self,
        source: Arc<S>,
        most: usize,
        interval: Duration,
    ) -> Result<(Self, Vec<Record>, bool), Error> {
        if self.pause {
            tokio::time::sleep(interval).await;
        }
        let mut failures = 0;
        let mut page = loop {
            match source.fetch(self.partition, self.next_offset, most).await {
                Ok(page) => break page,
                Err(error) => {
                    failures += 1;
                    let subject = || format!("partition {} of topic {}", self.partition, source.topic());
                    wait("a read", subject, failures, error).await?;
                }
            }
        };
        self.next_offset = page.next_offset.max(self.next_offset);
        self.pause = page.records.is_empty();
        page.records.iter_mut().for_each(|record| record.partition = self.partition);
        let is_first = !std::mem::replace(&mut self.was_read, true);
        Ok((self, page.records, is_first))
    }
}

/// How many partitions there are, asked after a pause.
pub(super) async fn count<S: Source>(source: Arc<S>, pause: Duration) -> Result<u32, Error> {
    tokio::time::sleep(pause).await;
    let mut failures = 0;
    loop {
        match source.partitions().await {
            Ok(count) => return Ok(count),
            Err(error) => {
                failures += 1;
                let subject = || format!("topic {}", source.topic());
                wait("asking for the partitions", subject, failures, error).await?;
            }
        }
    }
}

/// Waits before the next attempt, unless there were enough.
async fn wait<E: std::error::Error + Send + Sync + 'static>(
    operation: &'static str,
    subject: impl Fn() -> String,
    failures: u32,
    error: E,
) -> Result<(), Error> {
    if failures == patience::LIMIT {
        return Err(Error::Kafka { operation, subject: subject(), failures, source: Arc::new(error) });
    }
    tokio::time::sleep(patience::backoff(failures)).await;
    Ok(())
}
