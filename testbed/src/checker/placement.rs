//! Property: placement.

use kinetrace::hash_key::HashKey;

use kinetrace::KeyNames;

use super::common_place::CommonPlace;
use super::index::Index;
use super::property::Property;
use super::record::{Position, Record};

/// Checked on every record with a known place, copies included. Where the history does not describe the stream's
/// shards, the shard of the group's first record stands in for the one that the key hashes to.
///
/// Of a key that is named by its hash nobody knows where it belongs. But it belongs somewhere, so the shards that have its
/// records must have a place of the hash space in common.
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
        let mut common = CommonPlace::default();
        let home = group.iter().find_map(|record| Some(record.positions().first()?.shard));
        for record in group.iter().filter(|record| !record.positions().is_empty()) {
            let fault = if is_hashed(record, index) {
                fault_of_hashed(record, index, &mut common)
            } else {
                fault_of(record, index, home)
            };
            property.expect(fault.is_none(), || fault.unwrap_or_default());
        }
    }
    property
}

fn is_hashed(record: &Record<'_>, index: &Index<'_>) -> bool {
    index.shards.describe(&record.produce.stream) && KeyNames::is_hash(&record.produce.group)
}

fn fault_of_hashed(record: &Record<'_>, index: &Index<'_>, common: &mut CommonPlace) -> Option<String> {
    record.positions().into_iter().find_map(|at| match index.shards.range(&record.produce.stream, at.shard) {
        Some((first, last)) if common.narrow(first, last) => None,
        Some(_) => Some(format!(
            "{record} is at {at}, whose hash key range has no place in common with those of its key's other records"
        )),
        None => Some(undescribed(record, at)),
    })
}

fn undescribed(record: &Record<'_>, at: Position<'_>) -> String {
    format!("{record} is at {at}, a shard that the history does not describe: list the shards again")
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
        None => Some(undescribed(record, at)),
    })
}
