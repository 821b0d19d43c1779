//! Property: no overlap.

use std::collections::BTreeMap;

use kinetrace::history::{Process, ProcessOutcome};

use super::index::Index;
use super::property::Property;
use super::record::Position;

/// Checked on every processing, failed ones and redeliveries included, but for copies that were skipped, since nothing
/// was done with them: it does not start before an earlier one of its group has ended. One that starts in the very microsecond of the other's end does not overlap it.
pub(super) fn check(index: &Index<'_>) -> Property {
    let mut property = Property::new("no overlap", "no two processings of a group at the same time");
    for ((stream, group), processings) in by_group(index) {
        let mut last_to_end: Option<&Process> = None;
        for process in processings {
            let running = last_to_end.filter(|running| running.end > process.start);
            property.expect(running.is_none(), || match running {
                Some(running) => format!(
                    "group {group:?} of stream {stream}: {} (request {}) started at {} µs, while {} (request {}) ran from {} to {} µs",
                    Position::found(process), process.request_id, process.start,
                    Position::found(running), running.request_id, running.start, running.end,
                ),
                None => String::new(),
            });
            if last_to_end.is_none_or(|running| running.end < process.end) {
                last_to_end = Some(process);
            }
        }
    }
    property
}

/// The processings of each group, by start.
fn by_group<'h>(index: &Index<'h>) -> BTreeMap<(&'h str, &'h str), Vec<&'h Process>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in &index.records {
        let group = (record.produce.stream.as_str(), record.produce.group.as_str());
        groups.entry(group).or_default().extend(record.processings.iter().copied());
    }
    for process in &index.foreign {
        let group = (&*process.stream, process.group.as_deref().unwrap_or_default());
        groups.entry(group).or_default().push(process);
    }
    for processings in groups.values_mut() {
        processings.retain(|process| process.outcome != ProcessOutcome::Skipped);
        processings.sort_by_key(|process| (process.start, process.end));
    }
    groups
}
