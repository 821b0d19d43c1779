//! What Lambda is told at the end of an invocation: to go on, where to start again, or to halve the batch.
//!
//! Lambda starts again at the record that a partial answer names, and counts that as an attempt. Where it is the batch's
//! first record, the same batch comes again, and after the last attempt Lambda discards all of it, the records that were
//! never tried included. An invocation that fails as a whole costs no attempt while the batch can be halved, and the
//! halves narrow down to the record that fails
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>). No I/O, no clock.

use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::UNKNOWN;

use crate::kinesis::batch_error::BatchError;
use crate::kinesis::batch_response::BatchResponse;
use crate::kinesis::event::RecordError;
use crate::kinesis::item_ids::ItemIds;
use crate::transport::Cause;

/// The first Kinesis record that is not done. Nothing after it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    /// Its place among the Kinesis records of the event, from 0: the records of an aggregate have one place.
    pub(crate) index: usize,
    pub(crate) sequence_number: SequenceNumber,
    pub(crate) shard_id: Option<Arc<str>>,
    pub(crate) cause: Cause,
}

impl Stop {
    /// At a record that cannot be read, and has no number.
    pub(crate) fn at_nameless(bad: &RecordError) -> Self {
        let shard_id = bad.shard_id.as_deref().map(Arc::from);
        Self { index: bad.index, sequence_number: UNKNOWN.into(), shard_id, cause: Cause::Failed }
    }
}

/// The answer to an event of so many Kinesis records, which EventBridge Pipes knows by these ids, if it sent them.
///
/// * Everything before the stop is done, and that is progress: Lambda starts again at the stop.
/// * The stop is the first of several: the invocation fails, whatever the cause. Halves need less time, too.
/// * It is alone: Lambda starts again at it, and counts the attempt, as it would if the invocation failed. The metrics of
///   the function then have no error.
/// * A pipe retries what the answer names, and halves batches on such answers (`OnPartialBatchItemFailure`) and not on
///   errors. So the answer names all that is not done, wherever that begins.
pub(crate) fn answer(
    stop: Option<Stop>,
    records: usize,
    item_ids: Option<&ItemIds>,
) -> Result<BatchResponse, BatchError> {
    let Some(Stop { index, sequence_number, shard_id, cause }) = stop else { return Ok(BatchResponse::done()) };
    if let Some(item_ids) = item_ids {
        return match item_ids.from(index) {
            Some(ids) => Ok(BatchResponse::items_left(sequence_number, ids)),
            None => Err(BatchError::UnnamedItems { sequence_number, shard_id }),
        };
    }
    if index > 0 || records < 2 {
        return Ok(BatchResponse::stopped_at(sequence_number));
    }
    Err(match cause {
        Cause::Failed => BatchError::FirstRecordFailed { sequence_number, shard_id, records },
        Cause::OutOfTime => BatchError::FirstRecordOutOfTime { sequence_number, shard_id, records },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(stop: Option<(usize, Cause)>, records: usize) -> String {
        let shard_id = Some("shardId-000000000006".into());
        let stop = stop.map(|(index, cause)| Stop {
            index,
            sequence_number: "4959".into(),
            shard_id: shard_id.clone(),
            cause,
        });
        match answer(stop, records, None) {
            Ok(response) => response.stop().map_or("go on".to_owned(), |number| format!("start again at {number}")),
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("record 4959 of shardId-000000000006"), "{text}");
                lambda_runtime::Diagnostic::from(error).error_type
            }
        }
    }

    /// The rule that keeps one bad record from costing others.
    #[test]
    fn a_batch_is_halved_if_its_first_record_stops_it_and_is_not_alone() {
        use Cause::{Failed, OutOfTime};
        let table = [
            (None, 0, "go on"),
            (None, 3, "go on"),
            (Some((0, Failed)), 1, "start again at 4959"),
            (Some((0, OutOfTime)), 1, "start again at 4959"),
            (Some((0, Failed)), 2, "kinetrace.FirstRecordFailed"),
            (Some((0, OutOfTime)), 2, "kinetrace.FirstRecordOutOfTime"),
            (Some((0, Failed)), 10_000, "kinetrace.FirstRecordFailed"),
            (Some((1, Failed)), 2, "start again at 4959"),
            (Some((1, OutOfTime)), 3, "start again at 4959"),
            (Some((2, Failed)), 3, "start again at 4959"),
        ];
        for (stop, records, expected) in table {
            assert_eq!(told(stop, records), expected, "{stop:?} of {records}");
        }
    }

    /// Whatever a pipe makes of the answer, it sends again what was not done: it is named.
    #[test]
    fn a_pipe_is_told_every_unfinished_record_or_that_all_failed() {
        let ids: ItemIds = [Some("s:8"), Some("s:9"), None, Some("s:11"), Some("s:12")]
            .map(|id| id.map(Into::into))
            .into_iter()
            .collect();
        let table = [
            (None, r#"{"batchItemFailures":[]}"#),
            (Some(4), r#"{"batchItemFailures":[{"itemIdentifier":"s:12"}]}"#),
            (Some(3), r#"{"batchItemFailures":[{"itemIdentifier":"s:11"},{"itemIdentifier":"s:12"}]}"#),
            (Some(2), "kinetrace.UnnamedItems"),
            (Some(0), "kinetrace.UnnamedItems"),
        ];
        for (index, expected) in table {
            for cause in [Cause::Failed, Cause::OutOfTime] {
                let stop = index.map(|index| Stop { index, sequence_number: "8".into(), shard_id: None, cause });
                let told = match answer(stop, 5, Some(&ids)) {
                    Ok(response) => serde_json::to_string(&response).unwrap(),
                    Err(error) => lambda_runtime::Diagnostic::from(error).error_type,
                };
                assert_eq!(told, expected, "{index:?}");
            }
        }
    }
}
