//! Handlers of batches: what they get, and what is reported about it.

mod dead_letters;
mod duplicates;
mod lines;
mod spans;

use kinetrace_consumer::kinesis::EventRecord;
use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Consumer, Failure, IntoHandler as _, State};

use crate::world::{World, event};

/// The records at which it fails, or which it skips, are named by their payloads.
async fn store(batch: Batch) -> Result<(), BatchFailure> {
    tokio::task::yield_now().await;
    for (index, record) in batch.iter().enumerate() {
        match &record.payload[..] {
            b"fail" => return Err(BatchFailure::at(index, Failure::retry("no such plane"))),
            b"skip" => return Err(BatchFailure::at(index, Failure::skip("a plane without a number"))),
            _ => {}
        }
    }
    Ok(())
}

async fn count(State(expected): State<usize>, batch: Batch) -> Result<(), std::io::Error> {
    let bytes: usize = batch.iter().map(|record| record.payload.len()).sum();
    let first = &batch[0];
    assert_eq!((batch.first(), batch.get(batch.len())), (Some(first), None));
    assert_eq!(batch.clone().into_iter().map(|record| record.payload.len()).sum::<usize>(), bytes);
    assert_eq!((&batch).into_iter().count(), batch.len());
    if bytes == expected { Ok(()) } else { Err(std::io::Error::other(format!("{bytes} bytes"))) }
}

#[tokio::test]
async fn a_function_may_have_a_state_and_any_error_and_look_at_the_batch_as_at_a_slice() {
    for (expected, answer) in [(6, Ok(None)), (7, Err(()))] {
        let outcome = World::new().invoke(ByBatch(count).with_state(expected), &event(&["a", "bc", "def"])).await;
        assert_eq!(outcome.response.map(|response| response.stop().cloned()).map_err(drop), answer);
    }
}

#[tokio::test]
async fn a_polled_batch_says_at_which_record_to_go_on() {
    let consumer = Consumer::builder(ByBatch(store)).read_environment(false).build().unwrap();
    let records = |data: &[&str]| {
        let record = |(number, data): (u64, &&str)| {
            EventRecord::new("flights", "shardId-000000000000", number.to_string(), (*data).to_owned())
        };
        (8..).zip(data).map(record).collect::<Vec<_>>()
    };
    assert_eq!(consumer.process(records(&["1", "2"])).await, None);
    assert_eq!(consumer.process(records(&["1", "fail", "3"])).await.unwrap().as_str(), "9");
    assert_eq!(consumer.process(records(&["1", "skip", "3"])).await, None);
    assert_eq!(consumer.process(records(&[])).await, None);
}
