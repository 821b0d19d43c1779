//! One `PutRecords` call, and what it says of each record.

use std::error::Error;
use std::iter::successors;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Config;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use aws_sdk_kinesis::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::operation::put_records::PutRecordsError;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, PutRecordsResultEntry};
use kinetrace::{Record, SequenceNumber};

/// Where a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) shard_id: String,
    pub(crate) sequence_number: SequenceNumber,
}

/// What one attempt did to one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Kinesis has it.
    Stored(Stored),
    /// Kinesis does not have it, and may take it later.
    Refused(String),
    /// No answer came: Kinesis may have it. A timeout is not a failure.
    Unknown(String),
    /// Kinesis does not have it, and never will.
    Impossible(String),
}

/// Sends the records; the answers come in the same order, one each.
///
/// The SDK's own retries are off: they know nothing of the publisher's deadline, and would hide attempts whose outcome
/// is unknown.
pub(crate) async fn put(client: &Client, stream: &str, records: &[&Record], limit: Duration) -> Vec<Attempt> {
    let count = records.len();
    let entries = match records.iter().copied().map(entry).collect::<Result<_, _>>() {
        Ok(entries) => entries,
        Err(error) => return vec![Attempt::Impossible(error.to_string()); count],
    };
    let once = Config::builder()
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build());
    let call = client.put_records().stream_name(stream).set_records(Some(entries));
    match call.customize().config_override(once).send().await {
        Ok(output) if output.records().len() == count => output.records.into_iter().map(entry_attempt).collect(),
        Ok(output) => {
            let answers = output.records().len();
            vec![Attempt::Unknown(format!("Kinesis answered {answers} of {count} entries")); count]
        }
        Err(error) => vec![request_attempt(stream, &error); count],
    }
}

fn entry(record: &Record) -> Result<PutRecordsRequestEntry, BuildError> {
    PutRecordsRequestEntry::builder()
        .partition_key(&record.partition_key)
        .data(Blob::new(record.data.clone()))
        .set_explicit_hash_key(record.explicit_hash_key.map(|key| key.to_string()))
        .build()
}

fn entry_attempt(entry: PutRecordsResultEntry) -> Attempt {
    match (entry.shard_id, entry.sequence_number) {
        (Some(shard_id), Some(number)) => Attempt::Stored(Stored { shard_id, sequence_number: number.into() }),
        _ => {
            let code = entry.error_code.unwrap_or_else(|| "no error code".to_owned());
            // The two codes there are, ProvisionedThroughputExceededException and InternalFailure, both pass.
            Attempt::Refused(format!("{code}: {}", entry.error_message.unwrap_or_default()))
        }
    }
}

fn request_attempt(stream: &str, error: &SdkError<PutRecordsError>) -> Attempt {
    let text = format!("PutRecords to {stream}: {}", words(error));
    match error {
        SdkError::ServiceError(answer) if is_throttling(answer.err()) => Attempt::Refused(text),
        // The fault may have come behind the commit.
        SdkError::ServiceError(answer) if answer.raw().status().is_server_error() => Attempt::Unknown(text),
        SdkError::ServiceError(answer) if answer.err().is_internal_failure_exception() => Attempt::Unknown(text),
        SdkError::ServiceError(_) | SdkError::ConstructionFailure(_) => Attempt::Impossible(text),
        SdkError::DispatchFailure(failure) if failure.is_user() => Attempt::Impossible(text),
        _ => Attempt::Unknown(text),
    }
}

fn is_throttling(error: &PutRecordsError) -> bool {
    error.is_provisioned_throughput_exceeded_exception()
        || error.is_kms_throttling_exception()
        || error.code().is_some_and(|code| code.contains("Throttl"))
}

/// What Kinesis said, or else what went wrong on the way, from the outside in. The SDK's own text for an error's context
/// would add the whole answer, headers included.
fn words(error: &SdkError<PutRecordsError>) -> String {
    if let Some(code) = error.code() {
        return format!("{code}: {}", error.message().unwrap_or("no message"));
    }
    let causes = successors(Some(error as &dyn Error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
