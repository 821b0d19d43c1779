//! One `PutRecords` call, and what it says of each record.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Config;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use aws_sdk_kinesis::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::operation::put_records::PutRecordsError;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, PutRecordsResultEntry};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use futures_util::FutureExt as _;
use kinetrace::{Causes, Record, panic_message};

use crate::answer_limit::AnswerLimit;
use crate::attempt::{self, Attempt, Refusal, Stored};
use crate::departure::Departure;
use crate::propagation::StandBack;

/// Sends the records; the answers come in the same order, one each, whatever happens. Ends without an answer when
/// `cut_off` does.
pub(crate) async fn put(
    client: &Client,
    stream: &str,
    records: Vec<Cow<'_, Record>>,
    limit: Duration,
    cut_off: impl Future<Output = ()>,
) -> Vec<Attempt> {
    let (count, departure) = (records.len(), Departure::default());
    // The client may have interceptors of the caller's. A panic of theirs would take the records along.
    let call = AssertUnwindSafe(call(client, stream, records, limit, departure.clone())).catch_unwind();
    let attempt = tokio::select! {
        // What is known already should not count as unknown.
        biased;
        called = call => match called {
            Ok(attempts) => return attempts,
            Err(panic) => {
                let text = format!("PutRecords to {stream}: panicked: {}", panic_message(panic.as_ref()));
                Attempt::Unknown(text.into())
            }
        },
        () = cut_off => unanswered(&departure, "the publisher was closed".into()),
    };
    vec![attempt; count]
}

/// The SDK's own retries are off: they know nothing of the publisher's deadline, and would hide attempts whose outcome
/// is unknown.
async fn call(
    client: &Client,
    stream: &str,
    records: Vec<Cow<'_, Record>>,
    limit: Duration,
    departure: Departure,
) -> Vec<Attempt> {
    let count = records.len();
    let entries = match records.into_iter().map(entry).collect::<Result<_, _>>() {
        Ok(entries) => entries,
        Err(error) => return vec![Attempt::Invalid(error.to_string().into()); count],
    };
    let once = Config::builder()
        .interceptor(StandBack)
        .interceptor(departure.clone())
        .interceptor(AnswerLimit)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build());
    let call = client.put_records().stream_name(stream).set_records(Some(entries));
    match call.customize().config_override(once).send().await {
        Ok(output) if output.records().len() == count => output.records.into_iter().map(entry_attempt).collect(),
        Ok(output) => {
            let answers = output.records().len();
            vec![Attempt::Unknown(format!("Kinesis answered {answers} of {count} entries").into()); count]
        }
        Err(error) => vec![request_attempt(stream, &error, &departure); count],
    }
}

fn entry(record: Cow<'_, Record>) -> Result<PutRecordsRequestEntry, BuildError> {
    let record = record.into_owned();
    PutRecordsRequestEntry::builder()
        .partition_key(record.partition_key)
        .data(Blob::new(record.data))
        .set_explicit_hash_key(record.explicit_hash_key.map(|key| key.to_string()))
        .build()
}

fn entry_attempt(entry: PutRecordsResultEntry) -> Attempt {
    match (entry.shard_id, entry.sequence_number) {
        (Some(shard_id), Some(number)) => Attempt::Stored(Stored { shard_id, sequence_number: number.into() }),
        _ => {
            let code = entry.error_code.unwrap_or_else(|| "no error code".to_owned());
            let text = format!("{code}: {}", entry.error_message.unwrap_or_default());
            attempt::of_entry(&code, text.into())
        }
    }
}

fn request_attempt(stream: &str, error: &SdkError<PutRecordsError>, departure: &Departure) -> Attempt {
    let cause = format!("PutRecords to {stream}: {}", words(error)).into();
    match error.raw_response() {
        Some(answer) => {
            Refusal { status: answer.status().as_u16(), code: error.code().unwrap_or_default() }.attempt(cause)
        }
        None => unanswered(departure, cause),
    }
}

fn unanswered(departure: &Departure, cause: Arc<str>) -> Attempt {
    if departure.has_begun() {
        return Attempt::Unknown(cause);
    }
    // A timeout does not say what took so long.
    Attempt::Unsent(format!("{cause} (nothing was sent)").into())
}

/// What Kinesis said, or else what went wrong on the way, from the outside in. The SDK's own text for an error's context
/// would add the whole answer, headers included.
pub(crate) fn words<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if let Some(code) = error.code() {
        return format!("{code}: {}", error.message().unwrap_or("no message"));
    }
    // What answers without a code is often not Kinesis.
    let status = error.raw_response().map(|answer| format!("HTTP {}: ", answer.status().as_u16())).unwrap_or_default();
    format!("{status}{}", Causes(error))
}
