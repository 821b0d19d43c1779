//! From a batch, its answer and what is known of its records to a line for each of them.

use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::{BatchPlace, Process, ProcessOutcome, SEEN_FROM_OUTSIDE, Timestamp};
use kinetrace_testbed::event_source_mapping::Answered;

use super::part::Part;

/// An invocation that has ended.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    pub(super) stream: &'a Arc<str>,
    pub(super) function: &'a Arc<str>,
    pub(super) shard: &'a Arc<str>,
    pub(super) request_id: &'a Arc<str>,
    /// Tells it from the other invocations of the function.
    pub(super) number: u64,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// With what is known of each.
    pub(super) records: &'a [(SequenceNumber, Option<Arc<[Part]>>)],
    pub(super) answered: &'a Answered,
    /// The first record that the function reported, and that nobody heeds.
    pub(super) ignored: Option<&'a SequenceNumber>,
}

impl Attempt<'_> {
    /// A line for each record, in the batch's order.
    pub(super) fn lines(&self) -> Vec<Process> {
        let mut lines = Vec::with_capacity(self.records.len());
        for (place, (number, parts)) in self.records.iter().enumerate() {
            let (outcome, error) = self.outcome(place);
            let mut line = Process::new(
                Arc::clone(self.stream),
                Arc::clone(self.shard),
                number.clone(),
                outcome,
                self.start,
                self.end,
            );
            line.error = error;
            // What the function made of contexts and payloads is not to be seen.
            line.format = SEEN_FROM_OUTSIDE.into();
            line.function = Some(Arc::clone(self.function));
            line.request_id = Arc::clone(self.request_id);
            for part in parts.iter().flat_map(|parts| parts.iter()) {
                let mut line = of_part(line.clone(), part);
                line.batch = self.place(lines.len());
                lines.push(line);
            }
            if parts.is_none() {
                line.batch = self.place(lines.len());
                lines.push(line);
            }
        }
        lines
    }

    fn place(&self, index: usize) -> Option<BatchPlace> {
        Some(BatchPlace { number: self.number, index: index as u64 })
    }

    fn outcome(&self, place: usize) -> (ProcessOutcome, Option<String>) {
        let place_of = |number| self.records.iter().position(|(it, _)| it == number).unwrap_or(0);
        match self.answered {
            Answered::Failed { reason } => (ProcessOutcome::Failed, Some(reason.clone())),
            Answered::Partial { from } => match place.cmp(&place_of(from)) {
                std::cmp::Ordering::Less => (ProcessOutcome::Succeeded, None),
                std::cmp::Ordering::Equal => (ProcessOutcome::Failed, Some("reported as failed".to_owned())),
                std::cmp::Ordering::Greater => (ProcessOutcome::NotReached, None),
            },
            _ => match self.ignored {
                Some(first) if place >= place_of(first) => {
                    let text = "reported as failed, which the mapping does not look at: ReportBatchItemFailures is off";
                    (ProcessOutcome::Failed, Some(text.to_owned()))
                }
                _ => (ProcessOutcome::Succeeded, None),
            },
        }
    }
}

fn of_part(mut line: Process, part: &Part) -> Process {
    line.group = Some(Arc::clone(&part.key));
    line.sub_sequence_number = part.sub_sequence_number;
    line.order = part.order;
    line.context = part.context.clone();
    line.payload_crc32 = part.payload_crc32;
    line
}
