//! Property: placement.

use kinetrace::hash_key::HashKey;

use super::index::Index;
use super::property::Property;
use super::record::Record;

/// Checked on every record with a known place, copies included. Where the history does not describe the stream's
/// shards, the shard of the group's first record stands in for the one that the key hashes to.
///
/// A caller's own explicit hash key shows as a violation.
pub(super) fn check(index: &Index<'_>) -> Property {
    let meaning = if index.shards.is_empty() {
        "every record of a group is on one shard (which one is right, the history does not say)"
    } else {
        "every record of a group is on the shard its group key hashes to"
    };
    let mut property = Property::new("placement", meaning);
    for group in index.groups() {
        let home = group.iter().find_map(|record| Some(record.positions().first()?.shard));
        for record in group.iter().filter(|record| !record.positions().is_empty()) {
            let fault = fault_of(record, index, home);
            property.expect(fault.is_none(), || fault.unwrap_or_default());
        }
    }
    property
}

fn fault_of(record: &Record<'_>, index: &Index<'_>, home: Option<&str>) -> Option<String> {
    let stream = &record.produce.stream;
    if !index.shards.describe(stream) {
        let stray = record.positions().into_iter().find(|position| Some(position.shard) != home)?;
        return Some(format!("{record} is at {stray}, but its group began on {}", home.unwrap_or_default()));
    }
    let key = HashKey::of(&record.produce.group);
    record.positions().into_iter().find_map(|at| match index.shards.holds(stream, at.shard, key) {
        Some(true) => None,
        Some(false) => Some(format!("{record} is at {at}, whose hash key range does not hold its group's {key}")),
        None => Some(format!("{record} is at {at}, a shard that the history does not describe: list the shards again")),
    })
}
