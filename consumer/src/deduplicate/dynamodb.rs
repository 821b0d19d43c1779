//! Progress in a table of Amazon DynamoDB.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use sha2::{Digest as _, Sha256};

use super::parse_progress_error::ParseProgressError;
use super::progress::Progress;
use super::progress_store::{Advance, ProgressStore};
use super::series::Series;
use crate::answer_limit::AnswerLimit;
use crate::failure::Failure;

/// The table's partition key.
const ID: &str = "id";
/// The runs of [`Progress`], as text.
const PROCESSED: &str = "processed";
/// The checksums of [`Progress`], as bytes. Apart from the runs, so that earlier versions read these as ever.
const CHECKSUMS: &str = "checksums";
/// In seconds since the Unix epoch, as DynamoDB's time to live wants it.
const EXPIRES_AT: &str = "expires_at";

/// A stream's retention, unless it was chosen otherwise, and a day.
const DEFAULT_KEEP: Duration = Duration::from_secs(48 * 60 * 60);

/// The end of the year 9999, which every program that shows a time to live can show.
const LATEST_EXPIRY: u64 = 253_402_300_799;

type Item = HashMap<String, AttributeValue>;

/// A [`ProgressStore`] in a table of Amazon DynamoDB, which all execution environments share and which outlives them.
///
/// One strongly consistent read and one conditional write for each record with a count, or of Kafka with an offset; a record that is skipped takes
/// only the read. The function needs `dynamodb:GetItem` and `dynamodb:PutItem` on the table.
///
/// The table has one item for each series, so one for each key and publisher or, of Kafka without a producer's count, one for
/// each partition:
///
/// | attribute | type | |
/// |---|---|---|
/// | `id` | string, the partition key | `<consumer>/<stream>/<SHA-256 of the producer's id and the partition key, in hex>`; of a partition of Kafka `<consumer>/<topic>/<SHA-256 of the cluster's ARN, in hex, if it has one>-<partition>` |
/// | `processed` | string | the numbers that were processed: `0-57,59-131` |
/// | `checksums` | binary | those of the last numbers, ascending, 8 bytes each; absent where there are none |
/// | `expires_at` | number | seconds since the Unix epoch; to be named as the table's time to live, or it grows for ever |
///
/// Events of a self-managed cluster name no ARN: functions that read topics of one name in two such clusters need two names of
/// a consumer. Where several records of a partition are processed at once, each write may be overtaken by another, and is made
/// again.
///
/// The hash keeps partition keys, which may be personal data, out of the table; the producer's random id, which is not in the
/// table either, is its salt.
///
/// A table that cannot be read fails the record; one that cannot be written does not, but its copies will be processed. How
/// soon a table that hangs is given up is up to the client's time-outs, of which the SDK has none by default but for
/// connecting: set one that leaves time for attempts before the function's own. At the latest it is given up shortly before
/// the invocation's deadline, and the record's error names the table.
///
/// ```no_run
/// use kinetrace_consumer::deduplicate::{Deduplicate, DynamoDb};
///
/// # use kinetrace_consumer::{Error, Failure, Record};
/// # async fn handle(record: Record) -> Result<(), Failure> { Ok(()) }
/// # async fn example(client: aws_sdk_dynamodb::Client) -> Result<(), Error> {
/// let store = DynamoDb::new(client, "processed", "billing");
/// kinetrace_consumer::run(Deduplicate::new(handle, store)).await
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    table: String,
    consumer: String,
    keep: Duration,
}

impl DynamoDb {
    /// In `table`, under the name of a `consumer`.
    ///
    /// Functions that read one stream for different ends need different names, or each would skip what the other has
    /// processed. Under a new name, a stream that is read again from its beginning is processed again.
    pub fn new(client: Client, table: impl Into<String>, consumer: impl Into<String>) -> Self {
        Self { client, table: table.into(), consumer: consumer.into(), keep: DEFAULT_KEEP }
    }

    /// How long an item is kept after its last write; 48 hours by default. Less than the stream's retention lets copies
    /// pass. [`Duration::MAX`] is for ever, which is until the year 9999.
    #[must_use]
    pub fn keep(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// The name of neither a stream nor a topic has a slash, and no hash has a hyphen: so no two series have one id.
    fn id(&self, series: &Series) -> String {
        let consumer = &self.consumer;
        match series {
            Series::Producer { stream, partition_key, producer } => {
                format!("{consumer}/{stream}/{}", hash(&[&producer.to_string(), partition_key]))
            }
            Series::Partition { cluster_arn, topic, partition } => {
                let cluster = cluster_arn.as_ref().map(|arn| hash(&[arn])).unwrap_or_default();
                format!("{consumer}/{topic}/{cluster}-{partition}")
            }
        }
    }

    /// What an item says, or that there is none.
    fn progress(&self, id: &str, item: Option<&Item>) -> Result<Progress, Error> {
        let Some(item) = item else { return Ok(Progress::default()) };
        let text = item.get(PROCESSED).and_then(|value| value.as_s().ok()).map_or("no text", String::as_str);
        let checksums: &[u8] = match item.get(CHECKSUMS) {
            // An earlier version wrote it.
            None => &[],
            // One byte cannot be checksums.
            Some(value) => value.as_b().map_or(&[0][..], |bytes| bytes.as_ref()),
        };
        Progress::from_parts(text, checksums).map_err(|source| Error::Malformed {
            table: self.table.clone(),
            id: id.to_owned(),
            source,
        })
    }

    fn expiry(&self, now: SystemTime) -> u64 {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        since.saturating_add(self.keep).as_secs().min(LATEST_EXPIRY)
    }

    fn item(&self, id: &str, after: &Progress) -> Item {
        let checksums = checksums(after).map(|bytes| (CHECKSUMS, bytes));
        [
            (ID, AttributeValue::S(id.to_owned())),
            (PROCESSED, AttributeValue::S(after.runs())),
            (EXPIRES_AT, AttributeValue::N(self.expiry(SystemTime::now()).to_string())),
        ]
        .into_iter()
        .chain(checksums)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// SHA-256 of the parts one after another, in hexadecimal digits.
fn hash(parts: &[&str]) -> String {
    let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part.as_bytes())).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// DynamoDB has empty ones, too, but not every version of it.
fn checksums(progress: &Progress) -> Option<AttributeValue> {
    let bytes = progress.checksums();
    (!bytes.is_empty()).then(|| AttributeValue::B(Blob::new(bytes)))
}

/// That this is what is stored still. `processed` is a word of the language of conditions.
fn on_top_of(before: &Progress, request: PutItemFluentBuilder) -> PutItemFluentBuilder {
    let request = request.expression_attribute_names("#processed", PROCESSED);
    if *before == Progress::default() {
        return request.condition_expression("attribute_not_exists(#processed)");
    }
    let request = request
        .expression_attribute_names("#checksums", CHECKSUMS)
        .expression_attribute_values(":processed", AttributeValue::S(before.runs()));
    match checksums(before) {
        None => request.condition_expression("#processed = :processed AND attribute_not_exists(#checksums)"),
        Some(checksums) => request
            .condition_expression("#processed = :processed AND #checksums = :checksums")
            .expression_attribute_values(":checksums", checksums),
    }
}

impl ProgressStore for DynamoDb {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        let id = self.id(series);
        let request = self.client.get_item().table_name(&self.table).key(ID, AttributeValue::S(id.clone()));
        let answer = request.consistent_read(true).customize().interceptor(AnswerLimit).send().await;
        let answer = answer.map_err(|source| Error::Read { table: self.table.clone(), source: Box::new(source) })?;
        Ok(self.progress(&id, answer.item())?)
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        let id = self.id(series);
        let request = self.client.put_item().table_name(&self.table).set_item(Some(self.item(&id, after)));
        let request = on_top_of(before, request);
        let request = request.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let answer = request.customize().interceptor(AnswerLimit).send().await;
        let Err(error) = answer else { return Ok(Advance::Stored) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(lost)) => {
                Ok(Advance::Overtaken(self.progress(&id, lost.item())?))
            }
            _ => Err(Error::Write { table: self.table.clone(), source: Box::new(error) }.into()),
        }
    }

    fn name(&self) -> String {
        format!("DynamoDB's table {:?}", self.table)
    }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("cannot read from DynamoDB's table {table:?} whether the record was processed before")]
    Read { table: String, source: Box<SdkError<GetItemError>> },
    #[error("cannot write to DynamoDB's table {table:?} that the record was processed")]
    Write { table: String, source: Box<SdkError<PutItemError>> },
    #[error(
        "item {id:?} of DynamoDB's table {table:?} is not of this form; without it, copies would be processed again"
    )]
    Malformed { table: String, id: String, source: ParseProgressError },
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::Config;
    use aws_sdk_dynamodb::config::BehaviorVersion;

    use super::*;

    /// Another id for a series would have everything processed again that an item knows of.
    #[test]
    fn each_series_has_an_item_of_its_own_and_those_of_producers_keep_the_id_they_had() {
        let client = Client::from_conf(Config::builder().behavior_version(BehaviorVersion::latest()).build());
        let store = DynamoDb::new(client, "processed", "billing");
        let id = |series: &Series| store.id(series);
        let producer = |key: &str, bits| Series::Producer {
            stream: "flights".into(),
            partition_key: key.into(),
            producer: kinetrace::ProducerId::from_bits(bits),
        };
        // printf 00000000000000abN14228 | sha256sum
        let hash = "d03b9968eb2442c971522b5ce29388e3688f28d10f4a6ebdcebaa76d9b67d75a";
        assert_eq!(id(&producer("N14228", 0xab)), format!("billing/flights/{hash}"));
        let partition = |arn: Option<&str>, topic: &str, partition| {
            let (cluster_arn, topic) = (arn.map(Into::into), topic.into());
            id(&Series::Partition { cluster_arn, topic, partition })
        };
        assert_eq!(partition(None, "flights", 3), "billing/flights/-3");
        let ids = [
            id(&producer("N14228", 0xab)),
            id(&producer("N14228", 0xac)),
            id(&producer("3", 0xab)),
            partition(None, "flights", 3),
            partition(None, "flights", 33),
            partition(None, "flights-3", 3),
            partition(Some("arn:1"), "flights", 3),
            partition(Some("arn:2"), "flights", 3),
        ];
        for (place, id) in ids.iter().enumerate() {
            assert!(!ids[place + 1..].contains(id), "{id}");
        }
    }

    /// Or `keep` for ever would fail every record, or have its item expire at once.
    #[test]
    fn an_item_expires_when_it_was_kept_for_so_long_or_as_late_as_can_be_written() {
        let client = Client::from_conf(Config::builder().behavior_version(BehaviorVersion::latest()).build());
        let table = [
            (0, 1_700_000_000),
            (3600, 1_700_003_600),
            (u64::from(u32::MAX), 5_994_967_295),
            (u64::MAX, LATEST_EXPIRY),
        ];
        for (seconds, expiry) in table {
            let store = DynamoDb::new(client.clone(), "processed", "billing").keep(Duration::from_secs(seconds));
            assert_eq!(store.expiry(UNIX_EPOCH + Duration::from_secs(1_700_000_000)), expiry, "{seconds}");
        }
    }
}
