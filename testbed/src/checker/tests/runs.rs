//! Random runs, and long ones.

use std::time::Duration;

use kinetrace::Order;
use kinetrace::history::{Event, ProcessOutcome, Timestamp};
use proptest::prelude::*;

use super::*;

/// What happens to one record, in the order in which the records of all keys are handed over.
#[derive(Debug, Clone)]
pub(super) struct Fate {
    key: u8,
    producer: u8,
    /// How long the put takes, in ms.
    put: u64,
    outcome: u8,
    /// By how much it is processed after its put, and how long that takes, in ms.
    delay: u64,
    took: u64,
    /// Failed attempts before, redeliveries after.
    failed: u8,
    again: u8,
    /// Anything that goes wrong; mostly nothing.
    fault: u8,
}

pub(super) fn fate() -> impl Strategy<Value = Fate> {
    let times = (0..30_u64, 0..40_u64, 1..20_u64);
    let odds = (0..10_u8, 0..12_u8, 0..12_u8, 0..60_u8);
    (0..3_u8, 0..8_u8, times, odds).prop_map(|(key, producer, (put, delay, took), (outcome, failed, again, fault))| {
        Fate { key, producer: u8::from(producer == 0), put, outcome, delay, took, failed, again, fault }
    })
}

/// The lines of a run, each with the time at which it is written.
pub(super) fn lines(fates: &[Fate], clean: bool) -> Vec<(u64, Event)> {
    let mut lines = Vec::new();
    let mut counts = std::collections::HashMap::new();
    let mut free = [0_u64; 3];
    for (number, fate) in (0_u64..).zip(fates) {
        let key = ["a", "c", "j"][usize::from(fate.key)];
        let count = counts.entry((fate.key, fate.producer)).or_insert(0_u64);
        let order = Order { producer: ProducerId::from_bits(fate.producer.into()), sequence: *count };
        *count += 1;
        let start = number * 10;
        let end = start + fate.put;
        let fault = if clean { 59 } else { fate.fault };
        let acknowledged = clean || fate.outcome > 0;
        // No two records have one place, as in a stream.
        let place = number * 10 + 60 - if fault == 0 { 55 } else { 0 };
        let shard = if fault == 1 { "high" } else { "low" };
        let story = Story::default().put_but(7, &place.to_string(), |it| {
            (it.group, it.order, it.shard) = (key.into(), Some(order), Some(shard.into()));
            (it.start, it.end) = (Timestamp(start * 1000), Timestamp(end * 1000));
            if !acknowledged {
                unknown(it);
            }
        });
        let produce = story.events.into_iter().next_back().unwrap();
        if fault != 2 {
            lines.push((end * 1000, produce));
        }
        if fault == 3 || (!acknowledged && fate.again > 6) {
            continue;
        }
        let slot = &mut free[usize::from(fate.key)];
        let mut begin = if fault == 4 { end + fate.delay } else { (end + fate.delay).max(*slot) };
        let attempts = usize::from(fate.failed == 0) + 1 + usize::from(fate.again == 0);
        for attempt in 0..attempts {
            let is_failure = fate.failed == 0 && attempt == 0;
            let until = begin + fate.took;
            let story = Story::default().process_but(7, &place.to_string(), begin * 1000, |it| {
                (it.group, it.order, it.shard) = (Some(key.into()), Some(order), shard.into());
                it.end = Timestamp(until * 1000);
                if is_failure {
                    failed(it);
                }
                if fault == 5 {
                    it.payload_crc32 += 1;
                }
                // Without a count it is known by its place, which only an acknowledgement tells.
                if fault == 6 && acknowledged {
                    it.order = None;
                }
                if fault == 7 {
                    it.outcome = ProcessOutcome::Skipped;
                }
            });
            lines.push((until * 1000, story.events.into_iter().next_back().unwrap()));
            begin = until + if fault == 8 { 0 } else { 1 };
            *slot = (*slot).max(begin);
        }
    }
    lines
}

pub(super) fn verdict(events: impl IntoIterator<Item = Event>, settings: CheckerSettings) -> Verdict {
    let mut checker = Checker::new(settings);
    checker.least = 1;
    events.into_iter().for_each(|event| checker.add(event));
    checker.finish()
}

pub(super) fn shards() -> Vec<Event> {
    Story::with_shards().events
}

/// Of each property what was checked and violated, the totals, and what is missing.
pub(super) type Counts = (Vec<(&'static str, u64, u64)>, [usize; 8], Vec<(Lack, u64)>);

/// All that is counted.
pub(super) fn counts(verdict: &Verdict) -> Counts {
    let Totals { records, acknowledged, unknown, groups, processings, processed, duplicates, foreign, .. } =
        verdict.totals;
    let totals = [records, acknowledged, unknown, groups, processings, processed, duplicates, foreign];
    let properties = verdict.properties().map(|it| (it.name, it.checked, it.violations)).to_vec();
    (properties, totals, lacks(verdict))
}

/// A clean run of so many records, with the most lines that were kept.
pub(super) fn long_run(records: usize, change: impl Fn(&mut Vec<(u64, Event)>)) -> (Verdict, Verdict, usize) {
    let fate = |number: usize| Fate {
        key: u8::try_from(number % 3).unwrap(),
        producer: 0,
        put: u64::try_from(number % 7).unwrap(),
        outcome: 1,
        delay: u64::try_from(number % 11).unwrap(),
        took: 5,
        failed: u8::from(!number.is_multiple_of(13)),
        again: u8::from(!number.is_multiple_of(17)),
        fault: 59,
    };
    let mut lines = lines(&(0..records).map(fate).collect::<Vec<_>>(), true);
    lines.sort_by_key(|(time, _)| *time);
    change(&mut lines);
    let events = || shards().into_iter().chain(lines.iter().map(|(_, event)| event.clone()));
    let settle_after = Some(Duration::from_millis(200));
    let mut checker = Checker::new(CheckerSettings { settle_after, ..Default::default() });
    checker.least = 100;
    let mut most = 0;
    for event in events() {
        checker.add(event);
        most = most.max(checker.puts.len() + checker.processings.len());
    }
    (checker.finish(), verdict(events(), CheckerSettings::default()), most)
}
