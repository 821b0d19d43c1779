//! What the lanes promise whatever happens: per key in order the first time, never twice at once, nothing lost.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// One step of a run: push a record of this key, take a batch, or settle one in flight.
#[derive(Debug, Clone)]
enum Step {
    Push(u8),
    Take,
    Settle {
        which: usize,
        from: Option<usize>,
    },
    /// Ask for these records once more, if they were pushed.
    Redeliver(Vec<usize>),
    /// Let so many milliseconds go by.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..6_u8).prop_map(Step::Push),
        3 => Just(Step::Take),
        1 => (1..5_i64).prop_map(Step::Wait),
        1 => proptest::collection::btree_set(0..60_usize, 1..5).prop_map(|which| Step::Redeliver(which.into_iter().collect())),
        2 => (any::<usize>(), proptest::option::of(0..4_usize)).prop_map(|(which, from)| Step::Settle { which, from }),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    (1..5_usize, 1..=10_usize, proptest::option::of(0..4_u32), any::<bool>(), 0..4_u64, any::<u64>()).prop_map(
        |(batch_size, parallelization_factor, maximum_retry_attempts, bisect, gathering, seed)| Settings {
            batch_size,
            parallelization_factor,
            maximum_retry_attempts,
            bisect_batch_on_function_error: bisect,
            maximum_batching_window: Duration::from_millis(gathering),
            seed,
            ..Settings::default()
        },
    )
}

/// The lanes under test, and what must be true of them.
struct Run {
    lanes: Lanes,
    settings: Settings,
    keys: Vec<u8>,
    now: i64,
    in_flight: Vec<Batch>,
    /// In the order in which they were settled the first time.
    settled: BTreeMap<String, Vec<usize>>,
}

impl Run {
    fn push(&mut self, key: u8) {
        self.lanes.push(record(&key.to_string(), self.keys.len()));
        self.keys.push(key);
    }

    fn wait(&mut self, millis: i64) {
        self.now += millis;
        self.lanes.tick(self.now);
    }

    fn redeliver(&mut self, which: &[usize]) {
        let settled: HashSet<_> = self.settled.values().flatten().copied().collect();
        let done: Vec<_> = which.iter().filter(|number| settled.contains(number)).collect();
        if !done.is_empty() {
            self.lanes.redeliver(done.into_iter().map(|&it| record(&self.keys[it].to_string(), it)).collect());
        }
    }

    fn take(&mut self) {
        let Some(batch) = self.lanes.take() else { return };
        assert!(
            !batch.records.is_empty() && batch.records.len() <= self.settings.batch_size || batch.cause != Cause::Fresh
        );
        assert!(batch.records.is_sorted_by(|a, b| a.sequence_number < b.sequence_number), "not in stream order");
        self.in_flight.push(batch);
        assert!(self.in_flight.len() <= self.settings.parallelization_factor, "more batches than the factor");
        let mut busy = HashSet::new();
        for batch in &self.in_flight {
            let keys: HashSet<_> = batch.records.iter().map(|record| record.partition_key.clone()).collect();
            keys.into_iter().for_each(|key| assert!(busy.insert(key), "a key in two batches at once"));
        }
    }

    fn settle(&mut self, which: usize, from: Option<usize>) {
        if self.in_flight.is_empty() {
            return;
        }
        let batch = self.in_flight.swap_remove(which % self.in_flight.len());
        let outcome = match from {
            None => Outcome::Success,
            Some(0) => failure(),
            Some(from) => rewind((from - 1).min(batch.records.len() - 1)),
        };
        let settled = self.lanes.settle(batch, &outcome);
        for record in settled.records() {
            let number = record.sequence_number.as_str().parse().unwrap();
            let settled = self.settled.entry(record.partition_key.clone().unwrap()).or_default();
            if !settled.contains(&number) {
                settled.push(number);
            }
        }
    }
}

proptest! {
    #[test]
    fn per_key_in_order_never_at_once_nothing_lost(
        settings in settings(),
        steps in proptest::collection::vec(step(), 0..200),
    ) {
        let lanes = Lanes::new(settings.clone(), settings.seed);
        let mut run = Run { lanes, settings, keys: Vec::new(), now: 0, in_flight: Vec::new(), settled: BTreeMap::new() };
        for step in steps {
            match step {
                Step::Push(key) => run.push(key),
                Step::Take => run.take(),
                Step::Settle { which, from } => run.settle(which, from),
                Step::Redeliver(which) => run.redeliver(&which),
                Step::Wait(millis) => run.wait(millis),
            }
        }
        run.lanes.end();
        while !run.lanes.is_empty() {
            run.take();
            run.settle(0, None);
        }
        prop_assert_eq!(run.settled.values().map(Vec::len).sum::<usize>(), run.keys.len());
        prop_assert_eq!(run.lanes.waiting(), 0);
        for (key, numbers) in &run.settled {
            prop_assert!(numbers.is_sorted(), "key {} was settled as {:?}", key, numbers);
        }
    }
}
