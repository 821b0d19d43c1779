//! What the partitions promise, case by case.

use bytes::Bytes;

use super::super::record::TimestampType;
use super::super::settings::{Mode, Provisioned};
use super::*;

mod consumed;
mod property;

fn record(partition: u32, offset: i64) -> Record {
    Record {
        partition,
        offset,
        timestamp: offset,
        timestamp_type: TimestampType::CreateTime,
        key: None,
        value: None,
        headers: Vec::new(),
    }
}

fn failure() -> Outcome {
    Outcome::Failure { reason: "boom".into() }
}

/// Partitions that are dealt once, each with so many records.
fn partitions_of(settings: Settings, counts: &[i64]) -> Partitions {
    let mut partitions = Partitions::new(settings);
    partitions.grow(u32::try_from(counts.len()).unwrap());
    partitions.deal();
    for (partition, count) in (0..).zip(counts) {
        (0..*count).for_each(|offset| partitions.push(record(partition, offset)));
    }
    partitions
}

/// With no deal but the first.
fn dealt_once(batch_size: usize) -> Settings {
    Settings { batch_size, deal_percent: 0, ..Settings::default() }
}

fn reporting(reading: Reading, batch_size: usize) -> Settings {
    let provisioned = Provisioned { report_batch_item_failures: Some(reading), ..Provisioned::default() };
    Settings { mode: Mode::Provisioned(provisioned), ..dealt_once(batch_size) }
}

fn places(records: &[Record]) -> Vec<(u32, i64)> {
    records.iter().map(|record| (record.partition, record.offset)).collect()
}

#[test]
fn a_partition_has_one_batch_at_once_and_the_others_go_on() {
    let mut at_once = BTreeSet::new();
    for seed in 0..20 {
        let mut partitions = partitions_of(Settings { seed, ..dealt_once(1) }, &[2, 2]);
        let taken: Vec<_> = std::iter::from_fn(|| partitions.take()).map(|batch| batch.records[0].partition).collect();
        let distinct: BTreeSet<_> = taken.iter().collect();
        assert_eq!(distinct.len(), taken.len(), "seed {seed}: {taken:?} at once");
        at_once.insert(taken.len());
    }
    assert_eq!(at_once, BTreeSet::from([1, 2]), "a poller that waits, and one that does not");
}

#[test]
fn on_demand_a_batch_that_failed_goes_again_as_it_is_before_newer_records() {
    let mut partitions = partitions_of(dealt_once(2), &[4]);
    for _ in 0..20 {
        let batch = partitions.take().unwrap();
        assert_eq!(places(&batch.records), [(0, 0), (0, 1)]);
        assert!(partitions.take().is_none());
        let settled = partitions.settle(batch, &failure());
        assert_eq!((settled.done, settled.discarded), (Vec::new(), None));
    }
}

#[test]
fn with_provisioned_pollers_a_batch_is_halved_then_discarded_and_its_partitions_go_on() {
    let provisioned =
        Provisioned { maximum_retry_attempts: Some(1), bisect_batch_on_function_error: true, ..Provisioned::default() };
    let mut partitions = partitions_of(Settings { mode: Mode::Provisioned(provisioned), ..dealt_once(2) }, &[3]);
    let (mut tried, mut discarded) = (Vec::new(), Vec::new());
    while let Some(batch) = partitions.take() {
        tried.push(places(&batch.records).into_iter().map(|(_, offset)| offset).collect::<Vec<_>>());
        let fails = tried.last().is_some_and(|batch| batch.contains(&0));
        let settled = partitions.settle(batch, &if fails { failure() } else { Outcome::Success });
        discarded.extend(settled.discarded.into_iter().flat_map(|(records, _)| places(&records)));
    }
    assert_eq!(tried, [vec![0, 1], vec![0], vec![0], vec![1], vec![2]]);
    assert_eq!(discarded, [(0, 0)]);
}

#[test]
fn a_batch_may_be_of_several_partitions_of_a_poller_and_of_no_other() {
    let mut sizes = BTreeSet::new();
    for seed in 0..50 {
        let settings = Settings { pollers: 3, seed, ..dealt_once(8) };
        let mut partitions = partitions_of(settings, &[2, 2, 2, 2]);
        while let Some(batch) = partitions.take() {
            let of: BTreeSet<_> = batch.records.iter().map(|record| record.partition).collect();
            let owners: BTreeSet<_> = of.iter().map(|partition| partitions.queues[partition].poller).collect();
            assert_eq!(owners.len(), 1, "seed {seed}: partitions {of:?} of pollers {owners:?}");
            sizes.insert(of.len());
        }
    }
    assert!(sizes.contains(&1) && sizes.contains(&4), "batches of {sizes:?} partitions");
}

#[test]
fn a_new_deal_cuts_what_failed_into_other_batches() {
    let mut seen = BTreeSet::new();
    for seed in 0..50 {
        let settings = Settings { deal_percent: 100, pollers: 2, seed, ..dealt_once(4) };
        let mut partitions = partitions_of(settings, &[3, 3]);
        let batch = partitions.take().unwrap();
        partitions.settle(batch, &failure());
        let batch = partitions.take().unwrap();
        seen.insert(places(&batch.records));
        assert!(batch.records.iter().any(|record| record.offset == 0), "seed {seed}: {:?}", places(&batch.records));
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn what_was_not_committed_comes_again_at_the_next_deal_and_what_was_does_not() {
    let mut again = [0, 0];
    for (redelivery_percent, again) in [0, 50].into_iter().zip(&mut again) {
        for seed in 0..50 {
            let settings = Settings { deal_percent: 30, redelivery_percent, seed, ..dealt_once(1) };
            let mut partitions = partitions_of(settings, &[5]);
            let mut deliveries = 0;
            while let Some(batch) = partitions.take() {
                deliveries += 1;
                partitions.settle(batch, &Outcome::Success);
            }
            *again += deliveries - 5;
        }
    }
    assert_eq!(again[0], 0);
    assert!(again[1] > 20, "{} redeliveries", again[1]);
}

#[test]
fn newer_records_wait_for_the_items_that_failed_unless_they_may_overtake() {
    for (reading, overtakes) in [(Reading::Rewind, false), (Reading::Items, false), (Reading::ItemsLater, true)] {
        let mut seen = BTreeSet::new();
        for seed in 0..20 {
            let mut partitions = partitions_of(Settings { seed, ..reporting(reading, 3) }, &[4]);
            let batch = partitions.take().unwrap();
            let settled = partitions.settle(batch, &Outcome::Partial { left: vec![1] });
            assert_eq!(places(&settled.done), [(0, 0), (0, 2)]);
            seen.insert(places(&partitions.take().unwrap().records));
            assert!(partitions.take().is_none(), "two batches of one partition at once");
        }
        let expected = [vec![(0, 1)], vec![(0, 3)]].into_iter().take(1 + usize::from(overtakes));
        assert_eq!(seen, expected.collect(), "{reading:?}");
    }
}

#[test]
fn records_that_are_too_old_leave_their_partition_and_a_batch_that_failed() {
    let mut partitions = partitions_of(dealt_once(3), &[5]);
    let batch = partitions.take().unwrap();
    assert_eq!(partitions.expire(1).len(), 0, "a record in flight is not taken out");
    partitions.settle(batch, &failure());
    assert_eq!(places(&partitions.expire(2)), [(0, 0), (0, 1)]);
    assert_eq!(places(&partitions.take().unwrap().records), [(0, 2), (0, 3), (0, 4)]);
    partitions.push(Record { timestamp: -1, ..record(0, 5) });
    assert_eq!(partitions.expire(i64::MAX).len(), 0, "a record without a timestamp has no age");
}

#[test]
fn a_partition_that_is_added_is_dealt_with_the_others() {
    let mut partitions = partitions_of(dealt_once(1), &[0]);
    partitions.grow(3);
    partitions.grow(2);
    (0..3).for_each(|partition| partitions.push(record(partition, 0)));
    let mut taken = BTreeSet::new();
    while let Some(batch) = partitions.take() {
        taken.insert(batch.records[0].partition);
        partitions.settle(batch, &Outcome::Success);
    }
    assert_eq!(taken, BTreeSet::from([0, 1, 2]));
}

#[test]
fn a_batch_fits_into_one_invocation() {
    let mut partitions = partitions_of(dealt_once(100), &[0]);
    let large = |offset, size| Record { value: Some(Bytes::from(vec![0; size])), ..record(0, offset) };
    // Three records of 1.5 MB take 2 MB each in base64, and an event's 6 MB must also hold the JSON around them.
    (0..3).for_each(|offset| partitions.push(large(offset, 3 << 19)));
    partitions.push(large(3, 10 << 20));
    for expected in [vec![(0, 0), (0, 1)], vec![(0, 2)], vec![(0, 3)]] {
        let batch = partitions.take().unwrap();
        assert_eq!(places(&batch.records), expected);
        partitions.settle(batch, &Outcome::Success);
    }
}
