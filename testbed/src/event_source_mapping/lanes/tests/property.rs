//! What the lanes promise whatever happens: per key in order, never twice at once, nothing lost.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;

/// One step of a run: push a record of this key, take a batch, or settle one in flight.
#[derive(Debug, Clone)]
enum Step {
    Push(u8),
    Take,
    Settle { which: usize, from: Option<usize> },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..6_u8).prop_map(Step::Push),
        3 => Just(Step::Take),
        2 => (any::<usize>(), proptest::option::of(0..4_usize)).prop_map(|(which, from)| Step::Settle { which, from }),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    (1..5_usize, 1..=10_usize, proptest::option::of(0..4_u32), any::<bool>(), any::<u64>()).prop_map(
        |(batch_size, parallelization_factor, maximum_retry_attempts, bisect, seed)| Settings {
            batch_size,
            parallelization_factor,
            maximum_retry_attempts,
            bisect_batch_on_function_error: bisect,
            seed,
            ..Settings::default()
        },
    )
}

/// The lanes under test, and what must be true of them.
struct Run {
    lanes: Lanes,
    settings: Settings,
    pushed: usize,
    in_flight: Vec<Batch>,
    settled: BTreeMap<String, Vec<usize>>,
}

impl Run {
    fn push(&mut self, key: u8) {
        self.lanes.push(record(&key.to_string(), self.pushed));
        self.pushed += 1;
    }

    fn take(&mut self) {
        let Some(batch) = self.lanes.take() else { return };
        assert!(!batch.records.is_empty() && batch.records.len() <= self.settings.batch_size);
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
            self.settled.entry(record.partition_key.clone().unwrap()).or_default().push(number);
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
        let mut run = Run { lanes, settings, pushed: 0, in_flight: Vec::new(), settled: BTreeMap::new() };
        for step in steps {
            match step {
                Step::Push(key) => run.push(key),
                Step::Take => run.take(),
                Step::Settle { which, from } => run.settle(which, from),
            }
        }
        while !run.lanes.is_empty() {
            run.take();
            run.settle(0, None);
        }
        prop_assert_eq!(run.settled.values().map(Vec::len).sum::<usize>(), run.pushed);
        prop_assert_eq!(run.lanes.waiting(), 0);
        for (key, numbers) in &run.settled {
            prop_assert!(numbers.is_sorted(), "key {} was settled as {:?}", key, numbers);
        }
    }
}
