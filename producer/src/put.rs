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
use kinetrace::__private::{Causes, MAX_TEXT, one_line, panic_message};
use kinetrace::Record;

use crate::answer_limit::AnswerLimit;
use crate::attempt::{self, Attempt, Refusal, Stored};
use crate::departure::Departure;
use crate::limits::{MAX_SEQUENCE_NUMBER, MAX_SHARD_ID};
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
                let text = format!("PutRecords to {stream}: panicked: {}", bounded(panic_message(panic.as_ref())));
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
        (Some(shard_id), Some(number)) if is_place(&shard_id, &number) => {
            Attempt::Stored(Stored { shard_id, sequence_number: number.into() })
        }
        // It says that it is stored, and not where: the line about it and the answer have no room for such names.
        (Some(_), Some(_)) => {
            Attempt::Unknown("Kinesis answered with a shard id or a sequence number that is none".into())
        }
        _ => {
            let code = entry.error_code.unwrap_or_else(|| "no error code".to_owned());
            let text = bounded(&format!("{code}: {}", entry.error_message.unwrap_or_default()));
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

/// What Kinesis calls a shard and a record's place in it, by the lengths of
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html>.
fn is_place(shard_id: &str, sequence_number: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (1..=MAX_SHARD_ID).contains(&shard_id.len())
        && shard_id.bytes().all(is_name)
        && (1..=MAX_SEQUENCE_NUMBER).contains(&sequence_number.len())
        && sequence_number.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text of a service is kept for each record and each halted key, and travels to callers, logs and spans.
fn bounded(text: &str) -> String {
    one_line(text, MAX_TEXT).into_owned()
}

/// What Kinesis said, or else what went wrong on the way, from the outside in. The SDK's own text for an error's context
/// would add the whole answer, headers included.
pub(crate) fn words<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if let Some(code) = error.code() {
        return bounded(&format!("{code}: {}", error.message().unwrap_or("no message")));
    }
    // What answers without a code is often not Kinesis.
    let status = error.raw_response().map(|answer| format!("HTTP {}: ", answer.status().as_u16())).unwrap_or_default();
    bounded(&format!("{status}{}", Causes(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(shard_id: &str, sequence_number: &str) -> Attempt {
        let entry = PutRecordsResultEntry::builder().shard_id(shard_id).sequence_number(sequence_number);
        entry_attempt(entry.build())
    }

    #[test]
    fn what_does_not_name_a_place_in_a_stream_is_not_taken_for_one() {
        let (shard, number) = ("shardId-000000000000", "49590338271490256608559692538361571095921575989136588898");
        let longest = (&*"s".repeat(MAX_SHARD_ID), &*"9".repeat(MAX_SEQUENCE_NUMBER));
        for (shard, number) in [(shard, number), ("shard", "0"), longest] {
            assert!(matches!(answered(shard, number), Attempt::Stored(_)), "{shard} {number}");
        }
        for (shard, number) in [
            ("", number),
            (shard, ""),
            ("a\nb", number),
            ("a\"b", number),
            (shard, "12x"),
            (&*"s".repeat(MAX_SHARD_ID + 1), number),
            (shard, &*"9".repeat(1_000_000)),
        ] {
            assert!(matches!(answered(shard, number), Attempt::Unknown(_)), "{} {}", shard.len(), number.len());
        }
    }

    #[test]
    fn what_is_said_of_an_entry_is_one_line_of_bounded_length() {
        let entry = PutRecordsResultEntry::builder().error_code("InternalFailure");
        let Attempt::Unknown(text) = entry_attempt(entry.error_message("a\nb".repeat(100_000)).build()) else {
            panic!()
        };
        assert!(
            text.starts_with(r"InternalFailure: a\nba") && text.len() <= MAX_TEXT && !text.contains('\n'),
            "{text}"
        );
    }
}
