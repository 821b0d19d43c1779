//! Reads one shard from its starting position to its end.

use std::sync::Arc;

use aws_sdk_kinesis::Error as Kinesis;
use aws_sdk_kinesis::primitives::DateTime;
use aws_sdk_kinesis::types::ShardIteratorType;
use kinetrace::SequenceNumber;
use tokio::sync::mpsc;

use super::error::Error;
use super::happening::Happening;
use super::mapping::Mapping;
use super::pace;
use super::patience;
use super::record::Record;
use super::starting_position::StartingPosition;

/// The most records that `GetRecords` returns.
const PAGE: usize = 10_000;

/// What one `GetRecords` brought.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) records: Vec<Record>,
    /// Whether there was nothing more to be read.
    pub(super) is_tip: bool,
    /// The shard was closed by a split or a merge, and this was its last page.
    last: bool,
}

/// Where a shard has been read to.
#[derive(Debug)]
pub(super) struct Poller<I> {
    mapping: Arc<Mapping<I>>,
    shard: String,
    start: StartingPosition,
    /// `None` before the first read and after an iterator expired.
    iterator: Option<String>,
    position: Option<SequenceNumber>,
    /// `MillisBehindLatest` as it was last reported.
    reported_behind: Option<i64>,
}

impl<I> Poller<I> {
    pub(super) fn new(mapping: Arc<Mapping<I>>, shard: &str, start: StartingPosition) -> Self {
        Self { mapping, shard: shard.to_owned(), start, iterator: None, position: None, reported_behind: None }
    }

    /// Sends page after page, empty ones too, and closes the channel after the shard's last record. The channel's capacity bounds how
    /// far it reads ahead.
    pub(super) async fn run(mut self, pages: mpsc::Sender<Result<Page, Error>>) {
        let mut failures = 0;
        loop {
            let pause = match self.page().await {
                Ok(page) => {
                    failures = 0;
                    let pause = pace::pause(&self.mapping.settings, !page.records.is_empty());
                    let last = page.last;
                    let gone = pages.send(Ok(page)).await.is_err();
                    if last || gone {
                        return;
                    }
                    pause
                }
                Err((operation, source)) => {
                    failures += 1;
                    // A shard that is read too often recovers by itself, however long that takes.
                    let is_throttled = matches!(source, Kinesis::ProvisionedThroughputExceededException(_));
                    if failures >= patience::LIMIT && !is_throttled {
                        let error = self.error(operation, failures, source);
                        // A receiver that is gone needs no error.
                        let _ = pages.send(Err(error)).await;
                        return;
                    }
                    patience::backoff(failures)
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn page(&mut self) -> Result<Page, (&'static str, aws_sdk_kinesis::Error)> {
        let iterator = match self.iterator.clone() {
            Some(iterator) => iterator,
            None => self.iterator().await.map_err(|error| ("GetShardIterator", error))?,
        };
        let limit = i32::try_from(self.mapping.settings.read_ahead().min(PAGE)).ok();
        let answer = self.mapping.client.get_records().shard_iterator(iterator).set_limit(limit).send().await;
        let page = match answer {
            Ok(page) => page,
            Err(error) => {
                if error.as_service_error().is_some_and(|error| error.is_expired_iterator_exception()) {
                    self.iterator = None;
                }
                return Err(("GetRecords", error.into()));
            }
        };
        let last = page.next_shard_iterator.is_none();
        let behind = page.millis_behind_latest.unwrap_or_default();
        self.iterator = page.next_shard_iterator;
        let mut records: Vec<Record> = page.records.into_iter().map(Record::from).collect();
        self.skip_early(&mut records);
        // At a quiet tip there are many reads that bring nothing new.
        if !records.is_empty() || self.reported_behind.replace(behind) != Some(behind) {
            self.mapping.tell(|| Happening::Read {
                shard: self.shard.clone(),
                records: records.clone(),
                millis_behind_latest: behind,
            });
        }
        if let Some(record) = records.last() {
            self.position = Some(record.sequence_number.clone());
        }
        Ok(Page { is_tip: records.is_empty() && behind == 0, records, last })
    }

    /// Leaves out what comes before the starting position: the iterator may begin earlier.
    fn skip_early(&mut self, records: &mut Vec<Record>) {
        let early = records.iter().take_while(|record| self.start.is_after(record.arrival_millis)).count();
        if let Some(last) = records.drain(..early).last() {
            self.position = Some(last.sequence_number);
        }
        if !records.is_empty() {
            self.start = StartingPosition::TrimHorizon;
        }
    }

    async fn iterator(&self) -> Result<String, Kinesis> {
        let request =
            self.mapping.client.get_shard_iterator().stream_name(&self.mapping.stream.name).shard_id(&self.shard);
        let request = match &self.position {
            None => match self.start {
                StartingPosition::TrimHorizon => request.shard_iterator_type(ShardIteratorType::TrimHorizon),
                StartingPosition::Latest => request.shard_iterator_type(ShardIteratorType::Latest),
                StartingPosition::AtTimestamp(at) => request
                    .shard_iterator_type(ShardIteratorType::AtTimestamp)
                    .timestamp(DateTime::from_secs(i64::try_from(at.0 / 1_000_000).unwrap_or(i64::MAX))),
            },
            Some(position) => request
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .starting_sequence_number(position.as_str()),
        };
        Ok(request.send().await?.shard_iterator.unwrap_or_default())
    }

    fn error(&self, operation: &'static str, failures: u32, source: Kinesis) -> Error {
        let subject = format!("{} of stream {}", self.shard, self.mapping.stream.name);
        Error::Kinesis { operation, subject, failures, source: source.into() }
    }
}
