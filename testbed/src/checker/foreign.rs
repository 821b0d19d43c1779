//! Processings of records that are not there: they are settled, or the history does not know of their put.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::HashKey;
use kinetrace::KeyNames;

use super::checker::Checker;
use super::completeness::Lack;
use super::index::Index;
use super::names::KeyId;
use super::processing::Processing;
use super::violation::{RecordId, Violation};
use crate::printable::Printable;

/// Processings that belong to no record that is left, by the key that they are of.
pub(super) type Apart = HashMap<KeyId, Vec<Processing>>;

/// Takes the processings of records that were settled before, as far as they are old, out of the index.
pub(super) fn take_copies(checker: &mut Checker, index: &mut Index, horizon: Option<u64>) -> Apart {
    let mut apart = Apart::new();
    let is_old = |it: &Processing| horizon.is_none_or(|horizon| it.end < horizon);
    let copies = index.take_foreign(|it| is_old(it) && is_copy(checker, it));
    for processing in copies {
        checker.verdict.totals.add_late_copy(&processing);
        checker.verdict.forgotten.copies += 1;
        let Some(key) = processing.key(&checker.names) else { continue };
        check_placement(checker, key, &processing);
        apart.entry(key).or_default().push(processing);
    }
    apart
}

/// By the producer's count, if that is known; or else by the place, before which everything is settled.
fn is_copy(checker: &Checker, processing: &Processing) -> bool {
    if processing.hides_key {
        return checker.last.reaches(processing.stream, processing.found);
    }
    let settled = processing.key(&checker.names).and_then(|key| checker.settled.get(&key));
    settled.is_some_and(|settled| match processing.order {
        Some(order) if settled.counts_of(order.producer) => settled.has(order),
        _ => settled.reaches(processing.found),
    })
}

fn check_placement(checker: &mut Checker, id: KeyId, processing: &Processing) {
    // Of a record that is settled, its line is not there any more.
    if checker.placed_explicitly.contains(&id) {
        return;
    }
    let Checker { shards, names, verdict, .. } = checker;
    let key = processing.group.as_deref().filter(|group| !KeyNames::is_hash(group)).map(HashKey::of);
    let is_misplaced = |key| shards.holds(processing.stream, processing.found.shard, key) == Some(false);
    if key.is_some_and(is_misplaced) {
        verdict.placement.violate(|| {
            let place = processing.found.show(names);
            let text = format!("a copy is at {place}, whose hash key range does not hold its key");
            Violation::new(text, [RecordId::at(processing.found, id, names)])
        });
    }
}

/// Takes what is left out of the index, at the end. One that names no count may be of a producer that knows nothing of this;
/// but not if its key is one that the history has puts of, or cannot be seen.
pub(super) fn take(checker: &mut Checker, index: &mut Index, apart: &mut Apart) {
    for processing in index.take_foreign(|_| true) {
        let known = processing.key(&checker.names);
        let is_known = known.is_some_and(|key| checker.settled.contains_key(&key) || index.has_put(key));
        let Checker { names, verdict, .. } = &mut *checker;
        if is_known || processing.hides_key {
            verdict.completeness.add(Lack::PutLines, 1, || {
                let (place, request) = (processing.found.show(names), processing.show_request(names));
                Some(format!(
                    "the record at {place} of stream {} ({request})",
                    Printable(names.text(processing.stream))
                ))
            });
        }
        verdict.totals.add_foreign(&processing);
        let key = Arc::make_mut(names).key(processing.stream, processing.group.as_deref().unwrap_or_default());
        apart.entry(key).or_default().push(processing);
    }
}
