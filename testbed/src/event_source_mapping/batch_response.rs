//! What the function's answer says of the batch it was given.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>

use std::fmt::Display;

use bytes::Bytes;
use kinetrace::SequenceNumber;
use serde_json::Value;
use serde_json::value::RawValue;

use super::item_failures::items;
use super::outcome::Outcome;
use super::record::Record;

impl Outcome {
    /// Reads an answer about `records`, which are in stream order. `report` is `ReportBatchItemFailures`.
    pub(super) fn of<E: Display>(answer: Result<Bytes, E>, report: bool, records: &[Record]) -> Self {
        let outcome = match answer {
            Err(error) => Err(format!("the function failed: {error}")),
            Ok(_) if !report => Ok(Self::Success),
            Ok(body) => {
                let rest = |from| Self::Partial { left: (from..records.len()).collect() };
                checkpoint(&body, records).map(|from| from.map_or(Self::Success, rest))
            }
        };
        outcome.unwrap_or_else(|reason| Self::Failure { reason })
    }
}

/// The state in an answer that was given in a tumbling window, as it is written. Without one, the invocation counts as failed:
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html>.
pub(super) fn state(body: &[u8]) -> Result<String, String> {
    #[derive(serde::Deserialize)]
    struct Response<'a> {
        #[serde(borrow)]
        state: Option<&'a RawValue>,
    }
    let response: Option<Response<'_>> = serde_json::from_slice(body).unwrap_or_default();
    let state = response.and_then(|response| response.state).filter(|state| state.get() != "null");
    state
        .map(|state| state.get().to_owned())
        .ok_or_else(|| "the function's response in a tumbling window has no state".into())
}

/// The first record that an answer reports although it is not looked at, if it reports any.
pub(super) fn first_reported(body: &[u8], records: &[Record]) -> Option<SequenceNumber> {
    let items = items(body).ok()?;
    let first = items.iter().filter_map(|item| index_of(item, records).ok()).min()?;
    records.get(first).map(|record| record.sequence_number.clone())
}

/// The index of the lowest record that was reported, if any was.
fn checkpoint(body: &[u8], records: &[Record]) -> Result<Option<usize>, String> {
    // The records ascend, so the lowest index is the lowest sequence number.
    items(body)?.iter().try_fold(None, |lowest: Option<usize>, item| {
        let index = index_of(item, records)?;
        Ok(Some(lowest.map_or(index, |lowest| lowest.min(index))))
    })
}

fn index_of(item: &Value, records: &[Record]) -> Result<usize, String> {
    let identifier = item.get("itemIdentifier").and_then(Value::as_str).filter(|id| !id.is_empty());
    let identifier = identifier.ok_or_else(|| format!("{item} in batchItemFailures has no itemIdentifier"))?;
    let sequence_number = SequenceNumber::from(identifier);
    records
        .binary_search_by(|record| record.sequence_number.cmp(&sequence_number))
        .map_err(|_| format!("itemIdentifier {identifier} is not the sequence number of a record in the batch"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Vec<Record> {
        let numbers = ["9", "10", "11"];
        let record = |number: &str| Record {
            partition_key: None,
            sequence_number: number.into(),
            data: Bytes::new(),
            arrival_millis: 0,
        };
        numbers.into_iter().map(record).collect()
    }

    const SUCCESS: Option<usize> = None;
    const ALL: Option<usize> = Some(usize::MAX);

    #[test]
    fn the_answer_is_read_as_aws_documents_it() {
        let table = [
            (r#"{"batchItemFailures":[]}"#, SUCCESS),
            (r#"{"batchItemFailures":null}"#, SUCCESS),
            ("{}", SUCCESS),
            ("null", SUCCESS),
            ("", SUCCESS),
            (r#"{"statusCode":200}"#, SUCCESS),
            (r#"{"batchItemFailures":[{"itemIdentifier":"11"}]}"#, Some(2)),
            (r#"{"batchItemFailures":[{"itemIdentifier":"10"},{"itemIdentifier":"9"}]}"#, Some(0)),
            (r#"{"batchItemFailures":[{"itemIdentifier":"11"},{"itemIdentifier":"10"}]}"#, Some(1)),
            (r#"{"batchItemFailures":[{"itemIdentifier":"10"},{"itemIdentifier":"10"}]}"#, Some(1)),
            (r#"{"batchItemFailures":[{"itemIdentifier":"9","why":"bad"}],"state":{}}"#, Some(0)),
            (" \n ", SUCCESS),
            (r#"{"BatchItemFailures":[{"itemIdentifier":"10"}]}"#, SUCCESS),
            (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, ALL),
            (r#"{"batchItemFailures":[{"itemIdentifier":"10"},{"itemIdentifier":""}]}"#, ALL),
            (r#"{"batchItemFailures":[{"itemidentifier":"10"}]}"#, ALL),
            (r#"{"batchItemFailures":[{}]}"#, ALL),
            (r#"{"batchItemFailures":[null]}"#, ALL),
            (r#"{"batchItemFailures":"10"}"#, ALL),
            (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, ALL),
            (r#"{"batchItemFailures":[{"itemIdentifier":10}]}"#, ALL),
            (r#"{"batchItemFailures":[{"itemIdentifier":"10"},{"itemIdentifier":"12"}]}"#, ALL),
            (r#"{"batchItemFailures":[{"itemIdentifier":"shardId-000000000000:10"}]}"#, ALL),
            (r#"{"batchItemFailures":[{"id":"10"}]}"#, ALL),
            (r#"{"batchItemFailures":["10"]}"#, ALL),
            (r#"{"batchItemFailures":{}}"#, ALL),
            ("[]", ALL),
            (r#""done""#, ALL),
            ("{", ALL),
        ];
        for (body, rewind) in table {
            let got = match Outcome::of(Ok::<_, String>(Bytes::from(body)), true, &records()) {
                Outcome::Success => SUCCESS,
                Outcome::Partial { left } => {
                    assert!(left.iter().copied().eq(left[0]..3), "{body} leaves {left:?}");
                    Some(left[0])
                }
                Outcome::Failure { .. } => ALL,
            };
            assert_eq!(got, rewind, "{body}");
        }
    }

    #[test]
    fn what_is_reported_although_it_is_not_looked_at_is_known_by_its_first_record() {
        let table = [
            (r#"{"batchItemFailures":[{"itemIdentifier":"11"},{"itemIdentifier":"10"}]}"#, Some("10")),
            (r#"{"batchItemFailures":[{"itemIdentifier":"99"},{"itemIdentifier":"11"}]}"#, Some("11")),
            (r#"{"batchItemFailures":[{"id":"10"}]}"#, None),
            (r#"{"batchItemFailures":[]}"#, None),
            ("{", None),
        ];
        for (body, expected) in table {
            let first = first_reported(body.as_bytes(), &records());
            assert_eq!(first.as_ref().map(SequenceNumber::as_str), expected, "{body}");
        }
    }

    #[test]
    fn the_state_of_a_window_is_taken_as_it_is_written_and_must_be_there() {
        let table = [
            (r#"{"state": {"b": 1.0, "a": 2}}"#, Some(r#"{"b": 1.0, "a": 2}"#)),
            (r#"{"batchItemFailures": [], "state": {}}"#, Some("{}")),
            (r#"{"state": null}"#, None),
            (r#"{"batchItemFailures": []}"#, None),
            ("null", None),
            ("", None),
            ("{", None),
            (r#""done""#, None),
        ];
        for (body, expected) in table {
            assert_eq!(state(body.as_bytes()).ok().as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn without_report_batch_item_failures_any_answer_is_a_success() {
        for body in [r#"{"batchItemFailures":[{"itemIdentifier":"9"}]}"#, "{", "[]"] {
            assert_eq!(Outcome::of(Ok::<_, String>(Bytes::from(body)), false, &records()), Outcome::Success, "{body}");
        }
    }

    #[test]
    fn a_function_error_fails_the_batch_with_and_without_item_failures() {
        for report in [false, true] {
            let outcome = Outcome::of(Err("timed out after 3 s"), report, &records());
            assert_eq!(outcome, Outcome::Failure { reason: "the function failed: timed out after 3 s".into() });
        }
    }
}
