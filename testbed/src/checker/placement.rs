//! Property: placement.

use kinetrace::HashKey;
use kinetrace::KeyNames;

use super::common_place::CommonPlace;
use super::names::Name;
use super::position::Position;
use super::property::Property;
use super::record::Record;
use super::settling::Settling;
use super::violation::{RecordId, Violation};
use crate::printable::Printable;

const ONE_SHARD: &str = "every record of a key is on one shard (which one is right, the history does not say)";
const RIGHT_SHARD: &str = "every record of a key is on the shard, or partition, that the key hashes to";

pub(super) fn property(are_shards_described: bool) -> Property {
    Property::new("placement", meaning(are_shards_described))
}

pub(super) fn meaning(are_shards_described: bool) -> &'static str {
    if are_shards_described { RIGHT_SHARD } else { ONE_SHARD }
}

/// A copy of a record that is out of place, and why.
type Stray = (Position, String);

/// Checked on every record with a known place, copies included. Where the history does not describe the stream's
/// shards, the shard of the key's first record stands in for the one that the key hashes to.
///
/// Of a key that is named by its hash nobody knows where it belongs. But it belongs somewhere, so the shards that have its
/// records must have a place of the hash space in common.
///
/// A record whose line names an explicit hash key belongs where that is; of others, a caller's own one shows as a violation. In a topic that grew, a key belongs to one partition for each number
/// of partitions.
pub(super) fn check(property: &mut Property, it: &mut Settling<'_>) {
    let by_key = || it.records.iter().filter(|record| record.put.explicit_hash_key.is_none());
    let first = || by_key().find_map(|record| Some(record.positions().first()?.shard));
    let home = it.settled.home.or_else(first);
    it.settled.home = home;
    let mut common = it.settled.common_place;
    for record in it.records.iter().filter(|record| !record.positions().is_empty()) {
        let stray = match record.put.explicit_hash_key.as_deref() {
            Some(explicit) => {
                it.shards.describe(it.stream).then(|| stray_of(record, it, (*explicit, "its explicit"))).flatten()
            }
            None if is_hashed(it) => stray_of_hashed(record, it, &mut common),
            None => stray(record, it, home),
        };
        let holds = stray.is_none();
        property.expect(holds, || {
            let (at, text) = stray.unzip();
            Violation::new(text.unwrap_or_default(), at.map(|at| RecordId::at(at, it.key, it.names)))
        });
    }
    it.settled.common_place = common;
}

fn is_hashed(it: &Settling<'_>) -> bool {
    it.shards.describe(it.stream) && KeyNames::is_hash(it.names.group_of(it.key))
}

fn stray_of_hashed(record: &Record<'_>, it: &Settling<'_>, common: &mut CommonPlace) -> Option<Stray> {
    record.positions().into_iter().find_map(|at| match it.shards.range(it.stream, at.shard) {
        Some((first, last)) if common.narrow(first, last) => None,
        Some(_) => {
            let (record, place) = (record.show(it.names), at.show(it.names));
            let text = format!(
                "{record} is at {place}, whose hash key range has no place in common with those of its key's other records"
            );
            Some((at, text))
        }
        None => Some((at, undescribed(record, at, it))),
    })
}

fn undescribed(record: &Record<'_>, at: Position, it: &Settling<'_>) -> String {
    let (record, at) = (record.show(it.names), at.show(it.names));
    format!("{record} is at {at}, a shard that the history does not describe: list the shards again")
}

fn stray(record: &Record<'_>, it: &Settling<'_>, home: Option<Name>) -> Option<Stray> {
    let show = || record.show(it.names);
    let key = it.names.group_of(it.key);
    if KeyNames::is_hash(key) && it.topics.has_grown(it.stream) {
        return None;
    }
    if let Some(homes) = it.topics.homes(it.stream, key).filter(|_| !KeyNames::is_hash(key)) {
        let is_stray = |at: &Position| !homes.contains(it.names.text(at.shard));
        let at = record.positions().into_iter().find(is_stray)?;
        let (place, homes) = (at.show(it.names), Vec::from_iter(homes).join(" or "));
        return Some((at, format!("{} is at {place}, but its key belongs on partition {homes}", show())));
    }
    if !it.shards.describe(it.stream) {
        let stray = record.positions().into_iter().find(|position| Some(position.shard) != home)?;
        let home = home.map_or("", |home| it.names.text(home));
        let place = stray.show(it.names);
        return Some((stray, format!("{} is at {place}, but its key began on {}", show(), Printable(home))));
    }
    stray_of(record, it, (HashKey::of(key), "its key's"))
}

/// A copy on a shard whose range does not hold the hash key, which is named by whose it is.
fn stray_of(record: &Record<'_>, it: &Settling<'_>, (key, whose): (HashKey, &str)) -> Option<Stray> {
    record.positions().into_iter().find_map(|at| match it.shards.holds(it.stream, at.shard, key) {
        Some(true) => None,
        Some(false) => {
            let (record, place) = (record.show(it.names), at.show(it.names));
            Some((at, format!("{record} is at {place}, whose hash key range does not hold {whose} {key}")))
        }
        None => Some((at, undescribed(record, at, it))),
    })
}
