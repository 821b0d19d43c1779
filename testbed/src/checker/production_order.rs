//! Production order: which of two records of a key precedes the other.
//!
//! One producer counts its records. Of two producers, a record precedes another in real time, as linearizability has
//! it: when it had been acknowledged before the other was handed over. Two that overlap have no order. A put that ended
//! without an acknowledgement precedes none of another producer's: Kinesis may commit it later.
//!
//! ```text
//! producer 1  ├─ a ─┤   ├──── c ────┤
//! producer 2         ├─ b ─┤  ├─ d ─┤        a before b, c, d; b before d; c unordered with b and d
//! ```

use kinetrace::ProducerId;

use super::few::Few;
use super::front::{Front, Kept};
use super::place::Place;
use super::placed::Placed;

/// What is known of the records of a key that were looked at so far.
#[derive(Debug, Clone)]
pub(super) struct Course<P: Place> {
    by_count: Few<ProducerId, Kept<P>>,
    /// `None` if it is that of the only producer, as it is for most keys.
    by_time: Option<Kept<P>>,
    /// When the last of their puts ended.
    end: u64,
}

impl<P: Place> Default for Course<P> {
    fn default() -> Self {
        Self { by_count: Few::default(), by_time: None, end: 0 }
    }
}

impl<P: Place> Course<P> {
    /// For each of these records of the key, one that precedes it in production order but whose place is after its own.
    ///
    /// The records have to come by producer and count. With few lanes, it takes little longer than sorting them.
    pub(super) fn overtaken(
        &self,
        records: &[Placed<P>],
        scale: &P::Scale<'_>,
        tolerance: u64,
    ) -> Vec<Option<Placed<P>>> {
        let counted = self.by_count(records, scale, tolerance).into_iter();
        counted.zip(self.by_time(records, scale, tolerance)).map(|(counted, timed)| counted.or(timed)).collect()
    }

    fn by_count(&self, records: &[Placed<P>], scale: &P::Scale<'_>, tolerance: u64) -> Vec<Option<Placed<P>>> {
        let mut overtaken = Vec::with_capacity(records.len());
        for run in records.chunk_by(Placed::is_of_producer_of) {
            let mut front = self.counted(run[0].order.producer);
            for placed in run {
                overtaken.push(front.beyond(placed, scale, tolerance, |_| true));
                front.extend(*placed);
            }
        }
        overtaken
    }

    /// Walks through the handovers, with all that had been acknowledged by then.
    fn by_time(&self, records: &[Placed<P>], scale: &P::Scale<'_>, tolerance: u64) -> Vec<Option<Placed<P>>> {
        let mut handovers: Vec<_> = (0..records.len()).filter(|&index| records[index].is_timed).collect();
        handovers.sort_by_key(|&index| records[index].start);
        let mut acknowledged: Vec<_> = records.iter().filter(|placed| placed.is_acknowledged).collect();
        acknowledged.sort_by_key(|placed| placed.end);
        let mut acknowledged = acknowledged.into_iter().peekable();
        let (before, mut front) = (self.timed(), Front::default());
        let mut overtaken = vec![None; records.len()];
        for index in handovers {
            let placed = &records[index];
            // Within one microsecond it cannot be told which came first.
            let is_over = |end: u64| end.saturating_add(tolerance) < placed.start;
            while let Some(ended) = acknowledged.next_if(|it| is_over(it.end)) {
                front.extend(*ended);
            }
            // A clock that was set back must not contradict the producer's own count.
            let others = |other: &Placed<P>| !other.is_of_producer_of(placed);
            let earlier = is_over(self.end).then(|| before.beyond(placed, scale, tolerance, others)).flatten();
            overtaken[index] = earlier.or_else(|| front.beyond(placed, scale, tolerance, others));
        }
        overtaken
    }

    /// These have been looked at. They come by producer and count.
    pub(super) fn extend(&mut self, records: &[Placed<P>]) {
        let mut by_time = self.timed();
        for run in records.chunk_by(Placed::is_of_producer_of) {
            let producer = run[0].order.producer;
            let mut by_count = self.counted(producer);
            for placed in run {
                by_count.extend(*placed);
                if placed.is_acknowledged {
                    by_time.extend(*placed);
                    self.end = self.end.max(placed.end);
                }
            }
            *self.by_count.or_default(producer) = by_count.kept();
        }
        let by_time = by_time.kept();
        self.by_time = (self.by_count.only() != Some(&by_time)).then_some(by_time);
    }

    fn counted(&self, producer: ProducerId) -> Front<P> {
        self.by_count.get(producer).map(Kept::front).unwrap_or_default()
    }

    fn timed(&self) -> Front<P> {
        self.by_time.as_ref().or(self.by_count.only()).map(Kept::front).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::Order;

    use super::*;

    /// Of a stream with one shard.
    impl Place for u64 {
        type Lane = ();
        type Scale<'s> = ();
        const ACROSS: bool = false;

        fn lanes(self) -> [Option<()>; 2] {
            [Some(()), None]
        }

        fn lasts((): ()) -> bool {
            true
        }

        fn is_beyond(self, other: Self) -> bool {
            self > other
        }

        fn is_before(self, other: Self, (): &(), _: u64) -> bool {
            self < other
        }
    }

    fn placed(producer: u64, sequence: u64, is_acknowledged: bool) -> Placed<u64> {
        let order = Order { producer: ProducerId::from_bits(producer), sequence };
        let start = 10 * sequence;
        Placed { order, start, end: start + 1, is_acknowledged, is_timed: true, place: 100 - sequence }
    }

    #[test]
    fn the_course_of_one_producer_is_kept_once_and_later_ones_of_others_are_compared_with_it() {
        for (producer, is_acknowledged, is_kept_apart, overtaken) in
            [(1, true, false, Some(1)), (1, false, true, Some(0)), (2, true, true, Some(1))]
        {
            let mut course = Course::default();
            course.extend(&[placed(1, 0, true)]);
            assert_eq!(course.by_time, None);
            course.extend(&[Placed { place: 101, ..placed(producer, 1, is_acknowledged) }]);
            assert_eq!(course.by_time.is_some(), is_kept_apart);
            let later = course.overtaken(&[placed(3, 5, true)], &(), 0);
            assert_eq!(later[0].map(|earlier| earlier.order.sequence), overtaken, "{course:?}");
        }
    }
}
