//! Reads one shard from its first record to its end.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::types::ShardIteratorType;
use kinetrace::SequenceNumber;
use tokio::sync::mpsc;

use super::error::Error;
use super::patience;
use super::record::Record;
use super::settings::Settings;

/// The most records that `GetRecords` returns.
const PAGE: usize = 10_000;

/// What one `GetRecords` brought.
#[derive(Debug)]
struct Page {
    records: Vec<Record>,
    /// The shard was closed by a split or a merge, and this was its last page.
    last: bool,
}

/// Where a shard has been read to.
#[derive(Debug)]
pub(super) struct Poller {
    client: Client,
    stream: String,
    shard: String,
    settings: Settings,
    /// `None` before the first read and after an iterator expired.
    iterator: Option<String>,
    position: Option<SequenceNumber>,
}

impl Poller {
    pub(super) fn new(client: Client, stream: &str, shard: &str, settings: &Settings) -> Self {
        let (stream, shard, settings) = (stream.to_owned(), shard.to_owned(), settings.clone());
        Self { client, stream, shard, settings, iterator: None, position: None }
    }

    /// Sends page after page, empty ones too, and closes the channel after the shard's last record. The channel's capacity bounds how
    /// far it reads ahead.
    pub(super) async fn run(mut self, pages: mpsc::Sender<Result<Vec<Record>, Error>>) {
        let mut failures = 0;
        loop {
            let pause = match self.page().await {
                Ok(page) => {
                    failures = 0;
                    let pause = page.records.is_empty().then_some(self.settings.poll_interval);
                    let gone = pages.send(Ok(page.records)).await.is_err();
                    if page.last || gone {
                        return;
                    }
                    pause.unwrap_or_default()
                }
                Err((operation, source)) => {
                    failures += 1;
                    if failures == patience::LIMIT {
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
        let limit = i32::try_from(self.settings.read_ahead().min(PAGE)).ok();
        let answer = self.client.get_records().shard_iterator(iterator).set_limit(limit).send().await;
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
        self.iterator = page.next_shard_iterator;
        let records: Vec<Record> = page.records.into_iter().map(Record::from).collect();
        if let Some(record) = records.last() {
            self.position = Some(record.sequence_number.clone());
        }
        Ok(Page { records, last })
    }

    async fn iterator(&self) -> Result<String, aws_sdk_kinesis::Error> {
        let request = self.client.get_shard_iterator().stream_name(&self.stream).shard_id(&self.shard);
        let request = match &self.position {
            None => request.shard_iterator_type(ShardIteratorType::TrimHorizon),
            Some(position) => request
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .starting_sequence_number(position.as_str()),
        };
        Ok(request.send().await?.shard_iterator.unwrap_or_default())
    }

    fn error(&self, operation: &'static str, failures: u32, source: aws_sdk_kinesis::Error) -> Error {
        let subject = format!("{} of stream {}", self.shard, self.stream);
        Error::Kinesis { operation, subject, failures, source: source.into() }
    }
}
