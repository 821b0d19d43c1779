//! The mapping's decisions and the consumer's together: a record that can never be processed costs itself and no other.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::consumed::{Kind, run};
use super::*;

fn kind(percent: u32) -> impl Strategy<Value = Kind> {
    let bad = [Kind::Fails, Kind::Panics, Kind::FailsWithin, Kind::Unreadable, Kind::Unidentified];
    prop_oneof![100 - percent => Just(Kind::Good), percent => proptest::sample::select(bad.to_vec())]
}

/// Records with their keys, few of them bad, or many.
fn records() -> impl Strategy<Value = Vec<(u8, Kind)>> {
    (1..60_u32).prop_flat_map(|percent| proptest::collection::vec((0..6_u8, kind(percent)), 1..120))
}

/// As many attempts as the worst order of good and bad records takes: between two halvings a batch makes progress once.
fn settings() -> impl Strategy<Value = Settings> {
    let sizes = prop_oneof![1..20_usize, 20..120_usize];
    (sizes, 1..=10_usize, 0..3_u32, any::<u64>()).prop_map(|(batch_size, parallelization_factor, more, seed)| {
        Settings {
            batch_size,
            parallelization_factor,
            maximum_retry_attempts: Some(batch_size.ilog2() + more),
            seed,
            ..Settings::of_template()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With the shipped settings, and attempts for the worst order in which bad records may stand.
    #[test]
    fn the_mapping_discards_the_bad_records_alone_and_nothing_else(
        settings in settings(),
        records in records(),
        at_once in 1..5_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let run = runtime.block_on(run(&settings, &records, at_once));
        let (bad, good): (BTreeSet<_>, BTreeSet<_>) = (0..records.len()).partition(|it| records[*it].1 != Kind::Good);
        prop_assert!(run.discarded.iter().all(|batch| batch.len() == 1), "more than one at a time: {:?}", run.discarded);
        let discarded: BTreeSet<_> = run.discarded.concat().into_iter().collect();
        prop_assert_eq!(&discarded, &bad, "discarded, bad");
        let mut first = BTreeMap::<_, Vec<_>>::new();
        let mut seen = BTreeSet::new();
        for number in run.processed.iter().filter(|number| good.contains(number)) {
            if seen.insert(*number) {
                first.entry(records[*number].0).or_default().push(*number);
            }
        }
        prop_assert_eq!(seen, good, "processed, good");
        prop_assert!(first.values().all(|numbers| numbers.is_sorted()), "out of order: {:?}", first);
        // Up to the bad record, down to it, its attempts, and the rests of what was halved.
        let halvings = settings.batch_size.next_power_of_two().ilog2() as usize;
        let each = 1 + 2 * halvings + settings.maximum_retry_attempts.unwrap() as usize + 1;
        prop_assert!(run.invocations <= run.batches + bad.len() * each, "{} invocations", run.invocations);
    }
}

/// As `docs/concepts/order.md` has it, with ten retries.
#[test]
fn a_bad_record_costs_its_attempts_and_at_most_twice_the_halvings() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for (batch_size, first, middle, last) in [(1, 11, 11, 11), (10, 17, 15, 11), (100, 23, 21, 11), (1_000, 29, 27, 11)]
    {
        for (bad, invocations) in [(0, first), (batch_size / 2, middle), (batch_size - 1, last)] {
            let kind = |number| if number == bad { Kind::Fails } else { Kind::Good };
            let records: Vec<_> = (0..batch_size).map(|number| (0, kind(number))).collect();
            let settings = Settings { batch_size, ..Settings::of_template() };
            let run = runtime.block_on(run(&settings, &records, 1));
            assert_eq!((run.invocations, run.discarded), (invocations, vec![vec![bad]]), "{bad} of {batch_size}");
        }
    }
}
