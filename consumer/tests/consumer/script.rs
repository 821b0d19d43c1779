//! Events in words: for each record one that says what happens to it, and a handler that takes it at its word.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::FutureExt as _;
use kinetrace::__private::aggregation;
use kinetrace_consumer::{Failure, Handler, Record};

use crate::world::{AGGREGATE, moody};

/// Records in the order of their numbers 8, 9, 10, …, with spaces between them. Before a colon stands the partition key
/// (`null` is none), after it
///
/// * what the handler does: `ok`; `fail`; `panic`, or `early`, before its first await, or `instantly`, before there is
///   a future; `slow`, `slowfail` and `slowskip`, a second later; `hang`; what begins with `skip`: the record is skipped; `late`, which is done, but uses up the invocation's time;
/// * `undecodable` and, also without a sequence number, `nameless`, or with an empty one, `blank`: it is never asked;
/// * `ok@1`, and others: the record is of shard 1, and not of shard 0;
/// * `[ok,fail]`: an aggregate of these, with the same key; `kpl`: [`AGGREGATE`], of two keys, whose second
///   record is slow, and whose third fails.
pub(crate) fn event(words: &str, arn: &str, window: &str) -> String {
    let records: Vec<_> = words.split_whitespace().zip(8..).map(|(word, number)| entry(word, number, arn)).collect();
    format!(r#"{{{window}"Records":[{}]}}"#, records.join(","))
}

fn entry(word: &str, number: u64, arn: &str) -> String {
    let (word, shard) = word.split_once('@').unwrap_or((word, "0"));
    let (key, what) = word.split_once(':').unwrap_or(("N1", word));
    let name = match what {
        "nameless" => String::new(),
        "blank" => r#""sequenceNumber":"","#.to_owned(),
        _ => format!(r#""sequenceNumber":"{number}","#),
    };
    let data = match what {
        "undecodable" | "nameless" => "%%%".to_owned(),
        "kpl" => AGGREGATE.to_owned(),
        _ => BASE64.encode(data(key, what)),
    };
    let key = if key == "null" { key.to_owned() } else { format!(r#""{key}""#) };
    format!(
        r#"{{"kinesis":{{"partitionKey":{key},{name}"data":"{data}","approximateArrivalTimestamp":1545084650.987}},
        "eventID":"shardId-00000000000{shard}:{number}","eventSourceARN":"{arn}"}}"#
    )
}

fn data(key: &str, what: &str) -> Vec<u8> {
    let Some(list) = what.strip_prefix('[').and_then(|list| list.strip_suffix(']')) else { return what.into() };
    let records: Vec<_> = list.split(',').map(|word| kinetrace::Record::new(key, word)).collect();
    aggregation::pack(&records[0], &records[1..]).data
}

/// The handler, and the records that it was handed, in the order in which it was: `8`, or `8.0` within an aggregate.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(crate) fn records(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Written out, for in an `async fn` nothing could happen before there is a future.
impl Handler for Journal {
    fn handle(&self, record: Record) -> impl Future<Output = Result<(), Failure>> + Send {
        let name = name(record.sequence_number.as_str(), record.sub_sequence_number);
        self.0.lock().unwrap().push(name);
        act(record)
    }
}

pub(crate) fn name(sequence_number: &str, sub_sequence_number: Option<u64>) -> String {
    sub_sequence_number.map_or(sequence_number.to_owned(), |place| format!("{sequence_number}.{place}"))
}

pub(crate) fn act(record: Record) -> impl Future<Output = Result<(), Failure>> + Send {
    let word = record.payload.clone();
    let mood = moody(record);
    async move {
        match &word[..] {
            b"early" => panic!("before the first await"),
            b"slow" | br#""second""# => tokio::time::sleep(Duration::from_secs(1)).await,
            b"slowfail" => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                return Err(Failure::retry("no such plane, after all"));
            }
            b"slowskip" => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                return Err(Failure::skip("a plane without a number, after all"));
            }
            skip if skip.starts_with(b"skip") => return Err(Failure::skip("a plane without a number")),
            b"hang" => std::future::pending().await,
            b"late" => {
                // The clock moves at once. What is not waited for is that others see it.
                let _ = tokio::time::advance(Duration::from_secs(60)).now_or_never();
                return Ok(());
            }
            _ => {}
        }
        mood.await
    }
}
