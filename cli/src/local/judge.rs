//! Judges what there is now and then, one judgement after another.

use kinetrace::SequenceNumber;
use tokio::task::JoinHandle;

use super::expected::Expected;
use super::ledger::Ledger;

/// Between two judgements, in microseconds.
const PAUSE: u64 = 2_000_000;

/// After a judgement, the pause is so many times as long as it took: of a long run it takes longer.
const SHARE: u64 = 10;

#[derive(Debug, Default)]
pub(super) struct Judge {
    expected: Expected,
    /// With its beginning.
    under_way: Option<(u64, JoinHandle<()>)>,
    next: u64,
}

impl Judge {
    /// A record was put.
    pub(super) fn expect(&mut self, stream: &str, shard: &str, number: &SequenceNumber) {
        self.expected.add(stream, shard, number);
    }

    /// Judges if it is time; these records wait for a mapping.
    pub(super) fn look<'r>(
        &mut self,
        ledger: &mut Ledger,
        waiting: impl Iterator<Item = (&'r str, String, SequenceNumber)>,
        now: u64,
    ) {
        if let Some((began, _)) = self.under_way.take_if(|(_, judgement)| judgement.is_finished()) {
            self.next = now + PAUSE.max(SHARE * now.saturating_sub(began));
        }
        if self.under_way.is_some() || now < self.next {
            return;
        }
        self.expected.look(waiting, now);
        self.under_way = Some((now, ledger.judge(self.expected.clone())));
    }
}
