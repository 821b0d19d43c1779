//! What the partitions promise whatever happens: nothing lost, never two batches of a partition at once, and in order, if
//! the function names every record of a partition from its first unfinished one on.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Grow,
    Push(u32),
    Take,
    /// An answer about a batch in flight: of each partition, so many records are done.
    Settle {
        which: usize,
        done: Done,
    },
}

#[derive(Debug, Clone)]
enum Done {
    All,
    Nothing,
    UpTo(Vec<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let done = prop_oneof![
        2 => Just(Done::All),
        1 => Just(Done::Nothing),
        2 => proptest::collection::vec(0..4_usize, 4).prop_map(Done::UpTo),
    ];
    prop_oneof![
        1 => Just(Step::Grow),
        6 => (0..4_u32).prop_map(Step::Push),
        6 => Just(Step::Take),
        4 => (any::<usize>(), done).prop_map(|(which, done)| Step::Settle { which, done }),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let readings = [None, Some(Reading::Rewind), Some(Reading::Items), Some(Reading::ItemsLater)];
    let provisioned = (proptest::option::of(0..4_u32), any::<bool>(), proptest::sample::select(readings.to_vec()));
    let mode = provisioned.prop_map(|(maximum_retry_attempts, bisect, reading)| {
        Mode::Provisioned(Provisioned {
            maximum_retry_attempts,
            bisect_batch_on_function_error: bisect,
            report_batch_item_failures: reading,
            ..Provisioned::default()
        })
    });
    let mode = prop_oneof![1 => Just(Mode::OnDemand), 3 => mode];
    (1..6_usize, 1..4_usize, mode, 0..40_u8, 0..40_u8, any::<u64>()).prop_map(
        |(batch_size, pollers, mode, deal_percent, redelivery_percent, seed)| Settings {
            batch_size,
            pollers,
            mode,
            deal_percent,
            redelivery_percent,
            seed,
            ..Settings::default()
        },
    )
}

/// The partitions under test, and what must be true of them.
struct Run {
    partitions: Partitions,
    settings: Settings,
    count: u32,
    pushed: BTreeMap<u32, i64>,
    in_flight: Vec<Batch<Record>>,
    /// By partition, each record once: in the order in which they were first settled.
    settled: BTreeMap<u32, Vec<i64>>,
}

impl Run {
    fn push(&mut self, partition: u32) {
        let partition = partition % self.count;
        let next = self.pushed.entry(partition).or_default();
        self.partitions.push(record(partition, *next));
        // Offsets have gaps.
        *next += 1 + *next % 2;
    }

    fn take(&mut self) {
        let Some(batch) = self.partitions.take() else { return };
        assert!(!batch.records.is_empty() && batch.records.len() <= self.settings.batch_size);
        let mut seen = HashSet::new();
        for partition in batch.records.chunk_by(|a, b| a.partition == b.partition) {
            assert!(partition.is_sorted_by(|a, b| a.offset < b.offset), "not in the order of the partition");
            assert!(seen.insert(partition[0].partition), "a partition does not stand together");
        }
        let owners: HashSet<_> = seen.iter().map(|partition| self.partitions.queues[partition].poller).collect();
        assert_eq!(owners.len(), 1, "a batch of two pollers");
        self.in_flight.push(batch);
        let mut busy = HashSet::new();
        for batch in &self.in_flight {
            let partitions: HashSet<_> = batch.unsettled().map(|record| record.partition).collect();
            partitions.into_iter().for_each(|it| assert!(busy.insert(it), "a partition in two batches at once"));
        }
    }

    fn settle(&mut self, which: usize, done: &Done) {
        if self.in_flight.is_empty() {
            return;
        }
        let batch = self.in_flight.swap_remove(which % self.in_flight.len());
        let outcome = match done {
            Done::UpTo(done) if self.settings.reading().is_some() => partial(&batch, done),
            Done::All => Outcome::Success,
            Done::Nothing | Done::UpTo(_) => failure(),
        };
        let settled = self.partitions.settle(batch, &outcome);
        for record in settled.records() {
            let settled = self.settled.entry(record.partition).or_default();
            if !settled.contains(&record.offset) {
                settled.push(record.offset);
            }
        }
    }
}

fn partial(batch: &Batch<Record>, done: &[usize]) -> Outcome {
    let place =
        |index: usize| batch.records[..index].iter().filter(move |it| it.partition == batch.records[index].partition);
    let is_left = |index: &usize| place(*index).count() >= done[batch.records[*index].partition as usize];
    let left: Vec<_> = (0..batch.records.len()).filter(is_left).collect();
    if left.is_empty() { Outcome::Success } else { Outcome::Partial { left } }
}

proptest! {
    #[test]
    fn never_at_once_nothing_lost_and_in_order_by_partition(
        settings in settings(),
        steps in proptest::collection::vec(step(), 0..200),
    ) {
        let partitions = Partitions::new(settings.clone());
        let (pushed, in_flight, settled) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        let mut run = Run { partitions, settings, count: 1, pushed, in_flight, settled };
        run.partitions.grow(1);
        for step in steps {
            match step {
                Step::Grow => {
                    run.count = (run.count + 1).min(4);
                    run.partitions.grow(run.count);
                }
                Step::Push(partition) => run.push(partition),
                Step::Take => run.take(),
                Step::Settle { which, done } => run.settle(which, &done),
            }
        }
        loop {
            run.take();
            if run.in_flight.is_empty() {
                break;
            }
            run.settle(0, &Done::All);
        }
        let overtakes = run.settings.reading() == Some(Reading::ItemsLater);
        for (partition, next) in &run.pushed {
            let settled = run.settled.get(partition).cloned().unwrap_or_default();
            let mut sorted = settled.clone();
            sorted.sort_unstable();
            let all: Vec<_> = std::iter::successors(Some(0), |it| Some(it + 1 + it % 2)).take_while(|it| it < next).collect();
            prop_assert_eq!(&sorted, &all, "partition {} lost records", partition);
            prop_assert!(overtakes || settled == sorted, "partition {} was settled as {:?}", partition, settled);
        }
    }
}
