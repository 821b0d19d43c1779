//! One invocation of the function, and what the watcher sees of it.

use kinetrace::SequenceNumber;

use super::batch::Batch;
use super::batch_response;
use super::event::EventWriter;
use super::happening::{Answered, Happening};
use super::invoke::Invoke;
use super::mapping::Mapping;
use super::outcome::Outcome;
use super::patience;
use super::record::Record;
use super::tumbling::WindowMembers;

/// An invocation that has ended.
#[derive(Debug)]
pub(super) struct Invoked {
    pub(super) number: u64,
    /// Which of the shard's concurrent batches it was.
    pub(super) place: usize,
    pub(super) batch: Batch,
    pub(super) outcome: Outcome,
    /// What a tumbling window goes on with.
    pub(super) state: Option<String>,
}

/// An invocation that is to be.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) place: usize,
    pub(super) batch: Batch,
    pub(super) window: Option<WindowMembers>,
}

/// Invokes the function with a batch of a shard, after a pause if it failed before.
pub(super) async fn invoke<I: Invoke>(
    mapping: &Mapping<I>,
    shard: &str,
    writer: &EventWriter,
    planned: Planned,
) -> Invoked {
    let Planned { place, batch, window } = planned;
    tokio::time::sleep(patience::backoff(batch.failures)).await;
    let number = mapping.begin(|invocation| Happening::Began {
        invocation,
        shard: shard.to_owned(),
        lane: place,
        records: numbers(&batch.records),
        cause: batch.cause,
        attempt: batch.failures,
    });
    let answer = mapping.invoker.invoke_numbered(number, writer.write_in(window.as_ref(), &batch.records)).await;
    let report = mapping.settings.report_batch_item_failures;
    let ignored = answer.as_ref().ok().filter(|_| !report);
    let ignored = ignored.and_then(|body| batch_response::first_reported(body, &batch.records));
    let state = window.and_then(|_| answer.as_ref().ok().map(|body| batch_response::state(body)));
    let (outcome, state) = match (Outcome::of(answer, report, &batch.records), state) {
        (outcome @ Outcome::Failure { .. }, _) => (outcome, None),
        (_, Some(Err(reason))) => (Outcome::Failure { reason }, None),
        (outcome, state) => (outcome, state.and_then(Result::ok)),
    };
    mapping.tell(|| Happening::Ended { invocation: number, answered: answered(&outcome, &batch.records), ignored });
    Invoked { number, place, batch, outcome, state }
}

fn answered(outcome: &Outcome, records: &[Record]) -> Answered {
    match outcome {
        Outcome::Success => Answered::Succeeded,
        Outcome::Partial { left } => {
            let first = left.iter().min().and_then(|&first| records.get(first));
            first.map_or(Answered::Succeeded, |first| Answered::Partial { from: first.sequence_number.clone() })
        }
        Outcome::Failure { reason } => Answered::Failed { reason: reason.clone() },
    }
}

fn numbers(records: &[Record]) -> Vec<SequenceNumber> {
    records.iter().map(|record| record.sequence_number.clone()).collect()
}
