//! Resharding in the middle of a run: by how far it has come, not by time.

use aws_sdk_kinesis::Client;
use kinetrace_testbed::kinesis::{self, Operation, STEPS, StreamError};
use tokio::sync::watch;

/// In a long run. Each step closes shards, which stay in the stream's list.
const RECORDS_A_STEP: usize = 250_000;

/// Divides the records of a run into legs. A step of the resharding begins when a leg is settled, while the next one is
/// on its way; the leg after that waits until the step has ended. So every step meets puts that are in flight, and is
/// followed by others.
#[derive(Debug)]
pub(super) struct Pace {
    records: usize,
    legs: usize,
    settled: watch::Sender<usize>,
    steps: watch::Sender<usize>,
}

impl Pace {
    /// One leg, without steps, unless there is to be resharding. Then there are as many steps as there are kinds of them, and
    /// in a long run one every so many records.
    pub(super) fn new(records: usize, reshard: bool) -> Self {
        let legs = if reshard { STEPS.max(records / RECORDS_A_STEP) + 2 } else { 1 };
        Self { records: records.max(1), legs, settled: watch::Sender::default(), steps: watch::Sender::default() }
    }

    /// Waits until the record of this index may be handed over.
    pub(super) async fn may_go(&self, index: usize) {
        let needed = (index * self.legs / self.records).saturating_sub(1);
        // It cannot be closed: the sender is here.
        let _ = self.steps.subscribe().wait_for(|done| *done >= needed).await;
    }

    /// The first index of the leg after that of this one.
    pub(super) fn end_of_leg(&self, index: usize) -> usize {
        let leg = index * self.legs / self.records;
        ((leg + 1) * self.records).div_ceil(self.legs)
    }

    /// The fate of this many more records is known.
    pub(super) fn settle(&self, records: usize) {
        self.settled.send_modify(|settled| *settled += records);
    }

    /// Takes every step when its time has come, and returns what was done.
    pub(super) async fn reshard(&self, client: &Client, stream: &str) -> Result<Vec<Operation>, StreamError> {
        let mut operations = Vec::new();
        for step in 0..self.legs.saturating_sub(2) {
            let due = (step + 1) * self.records / self.legs;
            let _ = self.settled.subscribe().wait_for(|settled| *settled >= due).await;
            operations.extend(kinesis::reshard(client, stream, step).await?);
            self.steps.send_modify(|done| *done += 1);
        }
        Ok(operations)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn without_resharding_everything_may_go_at_once() {
        let pace = Pace::new(7, false);
        assert!((0..7).all(|index| pace.may_go(index).now_or_never().is_some()));
        assert_eq!(pace.end_of_leg(0), 7);
    }

    #[test]
    fn a_leg_waits_for_the_step_before_the_last_leg() {
        let pace = Pace::new(10, true);
        let free = || (0..10).take_while(|index| pace.may_go(*index).now_or_never().is_some()).count();
        let mut seen = vec![free()];
        for _ in 0..STEPS {
            pace.steps.send_modify(|done| *done += 1);
            seen.push(free());
        }
        assert_eq!(seen, [4, 6, 8, 10]);
    }

    #[test]
    fn a_long_run_is_resharded_again_and_again() {
        let steps = |records, reshard| Pace::new(records, reshard).legs.saturating_sub(2);
        let table = [(10_000_000, false, 0), (10, true, STEPS), (1_000_000, true, 4), (10_000_000, true, 40)];
        for (records, reshard, expected) in table {
            assert_eq!(steps(records, reshard), expected, "{records}");
        }
    }

    /// A publisher that waits for each leg before the next must get to its end.
    #[test]
    fn a_step_is_due_before_anything_waits_for_it() {
        for records in 1..40 {
            let pace = Pace::new(records, true);
            let (mut index, mut legs) = (0, 0);
            while index < records {
                let needed = (index * pace.legs / records).saturating_sub(1);
                assert!(needed == 0 || needed * records / pace.legs <= index, "{index} of {records} waits for ever");
                assert!(pace.end_of_leg(index) > index);
                (index, legs) = (pace.end_of_leg(index), legs + 1);
            }
            assert!(index == records && legs == records.min(STEPS + 2), "{legs} legs of {records}");
        }
    }
}
