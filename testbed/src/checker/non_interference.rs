//! Property: non-interference.

use std::collections::BTreeMap;

use kinetrace::history::PutOutcome;

use super::index::Index;
use super::property::Property;
use super::record::Record;

/// Checked on every processing: the handler got the bytes that were produced. That shard and outcome are the same
/// without tracing takes a second run to tell: see [`compare`].
pub(super) fn check(index: &Index<'_>) -> Property {
    let mut property = Property::new("non-interference", "the handler gets the payload that was produced");
    for record in &index.records {
        for process in &record.processings {
            let (sent, got) = (record.produce.payload_crc32, process.payload_crc32);
            property.expect(sent == got, || {
                format!("{record}, request {}: payload CRC-32 {sent:08x} became {got:08x}", process.request_id)
            });
        }
    }
    property
}

/// Checked on every record of either run.
pub(super) fn compare(baseline: &Index<'_>, other: &Index<'_>) -> Property {
    let mut property = Property::new("non-interference", "same shard, same payload bytes, same outcome in both runs");
    let (mut baseline, other) = (fates(baseline), fates(other));
    for (name, fate) in other {
        let before = baseline.remove(&name);
        property.expect(before.as_ref() == Some(&fate), || match before {
            Some(before) => format!("{name}: {before:?} in the baseline, {fate:?} in the other run"),
            None => format!("{name} is missing in the baseline"),
        });
    }
    for name in baseline.into_keys() {
        property.expect(false, || format!("{name} is only in the baseline"));
    }
    property
}

/// What tracing must not change.
#[derive(Debug, PartialEq, Eq)]
struct Fate<'h> {
    put: PutOutcome,
    shard: Option<&'h str>,
    payload_crc32: u32,
    /// The payload of the first processing that succeeded.
    processed_crc32: Option<u32>,
}

impl<'h> Fate<'h> {
    fn of(record: &Record<'h>) -> Self {
        Self {
            put: record.produce.outcome,
            shard: record.produce.shard.as_deref(),
            payload_crc32: record.produce.payload_crc32,
            processed_crc32: record.first_success().map(|process| process.payload_crc32),
        }
    }
}

/// The fates by record. The producers of a group are told apart by which began first, as their ids are random.
fn fates<'h>(index: &Index<'h>) -> BTreeMap<String, Fate<'h>> {
    let mut runs: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for run in index.runs() {
        let start = run.iter().map(|record| record.produce.start).min();
        runs.entry(run[0].produce.group.as_str()).or_default().push((start, run));
    }
    let mut fates = BTreeMap::new();
    for (group, mut runs) in runs {
        runs.sort_by_key(|(start, _)| *start);
        for (producer, record) in runs.iter().enumerate().flat_map(|(i, (_, run))| run.iter().map(move |r| (i, r))) {
            let name = format!("record {} of group {group:?}, producer {producer}", record.produce.order.sequence);
            fates.insert(name, Fate::of(record));
        }
    }
    fates
}
