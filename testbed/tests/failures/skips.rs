//! Exactly the records that are to be skipped are, and what is around them is processed.

use std::collections::HashMap;

use kinetrace::history::ProcessOutcome::{self, Failed, NotReached, Skipped, SkippedByHandler, Succeeded};
use kinetrace::history::{Event, Produce};

use crate::failure::{Kind, Plan};

/// What should not be.
pub(crate) fn faults(plan: &Plan, produced: &[Produce], events: &[Event]) -> Vec<String> {
    let mut outcomes: HashMap<_, Vec<ProcessOutcome>> = HashMap::new();
    for event in events {
        if let Event::Process(line) = event {
            let place = (line.shard.as_ref(), line.sequence_number.as_str(), line.sub_sequence_number);
            // What stands in a batch after a record that ended it was not tried.
            outcomes.entry(place).or_default().extend(Some(line.outcome).filter(|it| *it != NotReached));
        }
    }
    let mut faults = Vec::new();
    for (number, line) in produced.iter().enumerate() {
        let place =
            (line.shard.as_deref().unwrap(), line.sequence_number.as_ref().unwrap().as_str(), line.sub_sequence_number);
        let outcomes = outcomes.remove(&place).unwrap_or_default();
        let (is_planned, skipped) = (plan.records.contains(&number), plan.skipped(number));
        if !is_as_planned(plan.kind, is_planned, &outcomes, skipped) {
            faults.push(format!("record {number}, to be skipped: {is_planned}: {outcomes:?}, {skipped:?} times"));
        }
    }
    faults
}

/// By the outcome of each of its processings, and how often it was skipped, and kept.
fn is_as_planned(kind: Kind, is_planned: bool, outcomes: &[ProcessOutcome], skipped: (u64, u64)) -> bool {
    match (kind, is_planned) {
        (Kind::Refuse, true) => {
            // What is skipped may come again with a record before it that the queue refuses, or, of a topic, with any; a
            // process that remembers it does not ask for it then.
            let (first, rest) = outcomes.split_first().unwrap_or((&Succeeded, &[]));
            let is_skipped = rest.first() == Some(&SkippedByHandler);
            let stays_so = rest.iter().all(|outcome| [SkippedByHandler, Skipped].contains(outcome));
            *first == Failed && is_skipped && stays_so && skipped.0 == skipped.1
        }
        (Kind::Refuse, false) => {
            outcomes.first() == Some(&Succeeded)
                && outcomes.iter().all(|outcome| [Succeeded, Skipped].contains(outcome))
        }
        (_, true) => outcomes == [SkippedByHandler] && skipped == (1, u64::from(kind == Kind::Keep)),
        (_, false) => outcomes == [Succeeded],
    }
}
