//! How much went on when.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ledger::Ledger;

const MICROS: u64 = 1_000_000;

/// The last of them, in seconds, that a live page shows.
const SECONDS: u64 = 300;

/// As many buckets as the page of a whole run has at most.
const BUCKETS: usize = 600;

/// What happened in one bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::page) struct Bucket {
    pub(in crate::page) put: u64,
    pub(in crate::page) processed: u64,
    pub(in crate::page) failed: u64,
    /// The greatest age at which a record was processed.
    pub(in crate::page) age_ms: u64,
}

/// Buckets of equal width, each named by its time since the Unix epoch divided by that.
#[derive(Debug)]
pub(in crate::page) struct Series {
    /// In seconds.
    width: u64,
    /// Whether what is long ago is forgotten; or else buckets get wider.
    slides: bool,
    buckets: BTreeMap<u64, Bucket>,
}

impl Series {
    /// Of the last minutes.
    pub(in crate::page) fn sliding() -> Self {
        Self { width: 1, slides: true, buckets: BTreeMap::new() }
    }

    /// Of a whole run, however long it takes.
    pub(in crate::page) fn whole() -> Self {
        Self { slides: false, ..Self::sliding() }
    }

    /// The bucket of a time in microseconds; `None` if that is forgotten.
    pub(in crate::page) fn bucket(&mut self, at: u64) -> Option<&mut Bucket> {
        if self.slides {
            let last = self.buckets.last_key_value().map_or(0, |(last, _)| *last).max(at / MICROS);
            self.buckets = self.buckets.split_off(&last.saturating_sub(SECONDS));
            return (at / MICROS + SECONDS > last).then(|| self.buckets.entry(at / MICROS).or_default());
        }
        self.buckets.entry(at / MICROS / self.width).or_default();
        while self.span() > BUCKETS as u64 {
            self.widen();
        }
        self.buckets.get_mut(&(at / MICROS / self.width))
    }

    /// From the first bucket to the last, those included in which nothing happened.
    pub(in crate::page) fn document(&self, ledger: &Ledger) -> Value {
        let range = if self.slides {
            let now = ledger.now() / MICROS;
            self.first().max(now.saturating_sub(SECONDS))..now + u64::from(!self.buckets.is_empty())
        } else {
            self.first()..self.first() + self.span()
        };
        let buckets: Vec<_> = range.map(|at| (at, self.buckets.get(&at).copied().unwrap_or_default())).collect();
        let column = |of: fn(&Bucket) -> u64| -> Vec<u64> { buckets.iter().map(|(_, bucket)| of(bucket)).collect() };
        let seconds = |at: u64| (at * self.width).cast_signed() - (ledger.origin() / MICROS).cast_signed();
        json!({
            "at": buckets.iter().map(|(at, _)| seconds(*at)).collect::<Vec<_>>(),
            "put": column(|it| it.put), "processed": column(|it| it.processed), "failed": column(|it| it.failed),
            "age_ms": column(|it| it.age_ms),
        })
    }

    fn first(&self) -> u64 {
        self.buckets.first_key_value().map_or(0, |(first, _)| *first)
    }

    fn span(&self) -> u64 {
        self.buckets.last_key_value().map_or(0, |(last, _)| last - self.first() + 1)
    }

    fn widen(&mut self) {
        self.width *= 2;
        let mut wider: BTreeMap<u64, Bucket> = BTreeMap::new();
        for (at, bucket) in std::mem::take(&mut self.buckets) {
            let sum = wider.entry(at / 2).or_default();
            sum.put += bucket.put;
            sum.processed += bucket.processed;
            sum.failed += bucket.failed;
            sum.age_ms = sum.age_ms.max(bucket.age_ms);
        }
        self.buckets = wider;
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::history::Timestamp;

    use super::*;

    fn ledger(origin: u64, now: u64) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.see(Timestamp(origin * MICROS));
        ledger.see(Timestamp(now * MICROS));
        ledger
    }

    #[test]
    fn a_long_run_has_wider_buckets_and_the_same_sums_whatever_the_order_of_its_lines() {
        let mut series = Series::whole();
        for second in (1_000..5_000).rev() {
            series.bucket(second * MICROS).unwrap().put += 1;
        }
        let document = series.document(&ledger(1_000, 5_000));
        let column = |name: &str| -> Vec<i64> { serde_json::from_value(document[name].clone()).unwrap() };
        assert_eq!((column("at")[0], column("at")[1], column("put").iter().sum::<i64>()), (0, 8, 4_000));
        assert!(column("put").len() <= BUCKETS);
    }

    #[test]
    fn a_live_page_shows_the_last_seconds_and_those_in_which_nothing_happened() {
        let mut series = Series::sliding();
        for second in [1_000, 1_299, 1_302] {
            series.bucket(second * MICROS).unwrap().processed += 1;
        }
        assert!(series.bucket(1_002 * MICROS).is_none());
        let document = series.document(&ledger(1_000, 1_304));
        assert_eq!(document["at"].as_array().unwrap().len(), 6);
        assert_eq!(document["processed"], json!([1, 0, 0, 1, 0, 0]));
        assert_eq!(document["at"][0], 299);
    }
}
