//! Which records have no answer yet: what a flush waits for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// [`Publisher::flush`](crate::Publisher::flush) ended before all records had their answers. Nothing is lost by that:
/// they are tried again as ever, and their deliveries tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{in_flight} records had no answer within {timeout:?}; they are still tried, until the publisher's delivery_timeout: \
     flush again, or await their deliveries"
)]
#[non_exhaustive]
pub struct FlushError {
    /// How many of the records that were handed in before the flush had no answer when time was up.
    pub in_flight: usize,
    /// How long the flush had waited.
    pub timeout: Duration,
}

/// The records of a publisher that have no answer yet.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    generations: Mutex<Generations>,
    /// The last record of some generation has its answer.
    answered: Notify,
}

/// A record without an answer, until this is dropped.
#[derive(Debug)]
pub(super) struct NoAnswer {
    unanswered: Arc<Unanswered>,
    generation: u64,
}

/// Each flush begins a generation, and so waits for what was handed in before it, and for nothing after. There are no more
/// of them than flushes that found a record.
#[derive(Debug, Default)]
struct Generations {
    current: u64,
    /// How many records of each generation have no answer; never 0.
    records: BTreeMap<u64, usize>,
}

impl Unanswered {
    pub(super) fn begin(self: &Arc<Self>) -> NoAnswer {
        let generation = self.generations().begin();
        NoAnswer { unanswered: Arc::clone(self), generation }
    }

    /// Waits for the records that have begun by now. How many are left if time is up before.
    pub(super) async fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        let generation = self.generations().end_current();
        if tokio::time::timeout(timeout, self.none_left(generation)).await.is_ok() {
            return Ok(());
        }
        match self.generations().left(generation) {
            0 => Ok(()),
            in_flight => Err(FlushError { in_flight, timeout }),
        }
    }

    async fn none_left(&self, generation: u64) {
        loop {
            // Before the question, so that no answer comes unnoticed between the two.
            let answered = self.answered.notified();
            if self.generations().are_answered(generation) {
                return;
            }
            answered.await;
        }
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for NoAnswer {
    fn drop(&mut self) {
        let was_last = self.unanswered.generations().answer(self.generation);
        if was_last {
            self.unanswered.answered.notify_waiters();
        }
    }
}

impl Generations {
    fn begin(&mut self) -> u64 {
        *self.records.entry(self.current).or_default() += 1;
        self.current
    }

    /// Whether it was the last one of its generation.
    fn answer(&mut self, generation: u64) -> bool {
        let Some(records) = self.records.get_mut(&generation) else { return false };
        *records -= 1;
        *records == 0 && self.records.remove(&generation).is_some()
    }

    /// What begins from now on is of another generation than the one that is returned.
    fn end_current(&mut self) -> u64 {
        let ended = self.current;
        self.current += 1;
        ended
    }

    /// Whether none is left of this generation and those before it. Each flush that waits asks it with each generation that
    /// ends, so it counts nothing.
    fn are_answered(&self, generation: u64) -> bool {
        self.records.first_key_value().is_none_or(|(oldest, _)| generation < *oldest)
    }

    /// How many records of this generation and those before it have no answer.
    fn left(&self, generation: u64) -> usize {
        self.records.range(..=generation).map(|(_, records)| records).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flush_waits_for_earlier_records_of_any_generation_and_for_no_later_one() {
        let mut generations = Generations::default();
        let first = generations.begin();
        let flushed = generations.end_current();
        let [second, third] = [generations.begin(), generations.begin()];
        let flushed_again = generations.end_current();
        let fourth = generations.begin();
        assert_eq!([flushed, flushed_again].map(|it| generations.left(it)), [1, 3]);
        assert!(!generations.answer(second), "another one of its generation has no answer");
        assert!(generations.answer(third));
        assert_eq!([flushed, flushed_again].map(|it| generations.left(it)), [1, 1], "an earlier one was forgotten");
        assert!(generations.answer(first) && generations.answer(fourth));
        assert_eq!([flushed, flushed_again].map(|it| generations.left(it)), [0, 0]);
        assert!(generations.records.is_empty(), "what is over is kept");
    }

    #[tokio::test(start_paused = true)]
    async fn a_flush_whose_time_is_up_says_how_many_records_have_no_answer() {
        let unanswered = Arc::new(Unanswered::default());
        let timeout = Duration::from_secs(3600);
        assert_eq!(unanswered.flush(Duration::ZERO).await, Ok(()), "nothing was handed in");
        let [first, second] = [unanswered.begin(), unanswered.begin()];
        assert_eq!(unanswered.flush(timeout).await, Err(FlushError { in_flight: 2, timeout }));
        drop(first);
        let start = tokio::time::Instant::now();
        let (flushed, ()) = tokio::join!(unanswered.flush(timeout), async {
            let later = unanswered.begin();
            drop(second);
            tokio::task::yield_now().await;
            drop(later);
        });
        assert_eq!((flushed, start.elapsed()), (Ok(()), Duration::ZERO), "it did not end with the last answer");
    }
}
