//! What an operation's answer says of each of its records.

use aws_sdk_kinesis::error::ErrorMetadata;
use aws_sdk_kinesis::operation::put_record::{PutRecordError, PutRecordOutput};
use aws_sdk_kinesis::operation::put_records::{PutRecordsError, PutRecordsOutput};
use aws_sdk_kinesis::types::PutRecordsResultEntry;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use kinetrace::__private::Causes;

use crate::attempt::Stored;
use crate::failure::Failure;

/// As the SDK hands it to interceptors.
pub(super) type Answer<'a> = Option<Result<&'a Output, &'a OrchestratorError<Error>>>;

/// The fate of a record.
pub(super) type Outcome = Result<Stored, Failure>;

/// One for each of `count` records, in their order; and why, if the operation failed as a whole.
pub(super) fn outcomes(answer: Answer<'_>, count: usize) -> (Vec<Outcome>, Option<Failure>) {
    let answer = match answer {
        Some(Ok(output)) => of_output(output, count),
        Some(Err(error)) => Err(of_error(error)),
        None => Err(Failure::new(OTHER, "the operation ended without an answer")),
    };
    match answer {
        Ok(outcomes) => (outcomes, None),
        Err(failure) => (vec![Err(failure.clone()); count], Some(failure)),
    }
}

/// `error.type` when no better one is known, by the semantic conventions.
const OTHER: &str = "_OTHER";

fn of_output(output: &Output, count: usize) -> Result<Vec<Outcome>, Failure> {
    let outcomes: Vec<_> = if let Some(output) = output.downcast_ref::<PutRecordsOutput>() {
        output.records().iter().map(of_entry).collect()
    } else if let Some(output) = output.downcast_ref::<PutRecordOutput>() {
        vec![Ok(stored(output.shard_id(), output.sequence_number()))]
    } else {
        Vec::new()
    };
    if outcomes.len() == count {
        Ok(outcomes)
    } else {
        Err(Failure::new(OTHER, format!("Kinesis answered {} of {count} entries", outcomes.len())))
    }
}

fn of_entry(entry: &PutRecordsResultEntry) -> Outcome {
    match (entry.shard_id(), entry.sequence_number()) {
        (Some(shard_id), Some(sequence_number)) => Ok(stored(shard_id, sequence_number)),
        _ => Err(of_code(entry.error_code(), entry.error_message())),
    }
}

fn stored(shard_id: &str, sequence_number: &str) -> Stored {
    Stored { shard_id: shard_id.to_owned(), sequence_number: sequence_number.to_owned().into() }
}

fn of_error(error: &OrchestratorError<Error>) -> Failure {
    if let Some(metadata) = error.as_operation_error().and_then(metadata) {
        return of_code(metadata.code(), metadata.message());
    }
    let kind = if error.is_timeout_error() {
        "timeout"
    } else if error.is_connector_error() {
        "connector"
    } else {
        OTHER
    };
    Failure::new(kind, Causes(error).to_string())
}

fn metadata(error: &Error) -> Option<&ErrorMetadata> {
    let of_records = error.downcast_ref().map(PutRecordsError::meta);
    of_records.or_else(|| error.downcast_ref().map(PutRecordError::meta))
}

fn of_code(code: Option<&str>, message: Option<&str>) -> Failure {
    let text = format!("{}: {}", code.unwrap_or("no error code"), message.unwrap_or("no message"));
    Failure::new(code.unwrap_or(OTHER).to_owned(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_for_fewer_records_is_an_answer_for_none() {
        let entry = PutRecordsResultEntry::builder().shard_id("shardId-000000000000").sequence_number("1").build();
        let output = Output::erase(PutRecordsOutput::builder().records(entry).build().unwrap());
        assert_eq!(outcomes(Some(Ok(&output)), 1).1, None);
        let (outcomes, whole) = outcomes(Some(Ok(&output)), 2);
        assert_eq!(whole, Some(Failure::new(OTHER, "Kinesis answered 1 of 2 entries")));
        assert!(outcomes.len() == 2 && outcomes.iter().all(Result::is_err), "{outcomes:?}");
    }
}
