//! Property: non-interference.

use std::collections::BTreeMap;

use kinetrace::history::{ProcessOutcome, PutOutcome};

use super::index::Index;
use super::names::Names;
use super::property::Property;
use super::record::{Record, show_key};
use super::settling::Settling;
use super::violation::Violation;

pub(super) fn property() -> Property {
    Property::new("non-interference", "the handler gets the payload that was produced")
}

/// Checked on every processing of a record that a handler got, if producer and function wrote the lines: it got the bytes that were
/// produced. That shard and outcome are the same without tracing takes a second run to tell: see [`compare`].
pub(super) fn check(property: &mut Property, it: &Settling<'_>) {
    for record in it.records.iter().filter(|record| record.put.tells_content) {
        for processing in record.processings.iter().filter(|it| it.tells_content) {
            let (sent, got) = (record.put.payload_crc32, processing.payload_crc32);
            property.expect(sent == got, || {
                let (shown, request) = (record.show(it.names), processing.show_request(it.names));
                let text = format!("{shown}, {request}: payload CRC-32 {sent:08x} became {got:08x}");
                Violation::new(text, record.id(it.names))
            });
        }
    }
}

/// Checked on every record of either run.
pub(super) fn compare(baseline: (&Index, &Names), other: (&Index, &Names)) -> Property {
    let mut property = Property::new("non-interference", "same shard, same payload bytes, same outcome in both runs");
    let (mut baseline, other) = (fates(baseline), fates(other));
    for (name, fate) in other {
        let before = baseline.remove(&name);
        property.expect(before.as_ref() == Some(&fate), || {
            let text = match before {
                Some(before) => format!("{}: {before:?} in the baseline, {fate:?} in the other run", name.show()),
                None => format!("{} is missing in the baseline", name.show()),
            };
            Violation::new(text, None)
        });
    }
    for name in baseline.into_keys() {
        property.expect(false, || Violation::new(format!("{} is only in the baseline", name.show()), None));
    }
    property
}

/// A record, whatever the run: key, producer, and its count. The producers of a key are told apart by which began first,
/// as their ids are random.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Same(String, usize, u64);

impl Same {
    fn show(&self) -> String {
        format!("record {} of key {}, producer {}", self.2, show_key(&self.0), self.1)
    }
}

/// What tracing must not change.
#[derive(Debug, PartialEq, Eq)]
struct Fate {
    put: Option<PutOutcome>,
    shard: Option<String>,
    payload_crc32: u32,
    /// What the first processing that was done came to, and its payload.
    processed: Option<(ProcessOutcome, u32)>,
}

impl Fate {
    fn of(record: &Record<'_>, names: &Names) -> Self {
        Self {
            put: record.put.outcome,
            shard: record.put.told.map(|told| names.text(told.shard).to_owned()),
            payload_crc32: record.put.payload_crc32,
            processed: record.first_done().map(|processing| (processing.outcome, processing.payload_crc32)),
        }
    }
}

fn fates((index, names): (&Index, &Names)) -> BTreeMap<Same, Fate> {
    let mut runs: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    let records: Vec<_> = (0..index.puts.len()).map(|index_of| index.record(index_of)).collect();
    for run in records.chunk_by(|a, b| (a.put.key, a.put.order.producer) == (b.put.key, b.put.order.producer)) {
        let start = run.iter().map(|record| record.put.start).min();
        runs.entry(names.group_of(run[0].put.key)).or_default().push((start, run));
    }
    let mut fates = BTreeMap::new();
    for (group, mut runs) in runs {
        runs.sort_by_key(|(start, _)| *start);
        for (producer, record) in runs.iter().enumerate().flat_map(|(i, (_, run))| run.iter().map(move |r| (i, r))) {
            let name = Same(group.to_owned(), producer, record.put.order.sequence);
            fates.insert(name, Fate::of(record, names));
        }
    }
    fates
}
