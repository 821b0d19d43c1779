//! Completeness: whether each producer's counts have no gap, and each record a line of its put.

use std::ops::Range;

use kinetrace::ProducerId;

use super::checker::Checker;
use super::completeness::Lack;
use super::index::Index;
use super::names::{KeyId, Names};
use super::put::Put;
use super::record::show_key;
use super::settled::{Open, Settled};
use crate::printable::Printable;

/// Tells what is missing of a key, all of whose records are settled, and counts the key.
pub(super) fn tell(checker: &mut Checker, key: KeyId, settled: &Settled, index: &Index, records: &Range<usize>) {
    let puts = &index.puts[records.clone()];
    for run in puts.chunk_by(|a, b| a.order.producer == b.order.producer) {
        put_lines(checker, run);
    }
    counts(checker, key, settled);
}

/// The same for the keys of which nothing was left.
pub(super) fn tell_settled(checker: &mut Checker) {
    for (key, settled) in std::mem::take(&mut checker.settled) {
        counts(checker, key, &settled);
    }
}

/// In an excerpt, what comes before the first put of a producer was put before the excerpt begins.
fn put_lines(checker: &mut Checker, run: &[Put]) {
    let is_missing = |put: &&Put| put.outcome.is_none();
    let before = if checker.settings.excerpt { run.iter().take_while(is_missing).count() % run.len() } else { 0 };
    for stretch in run[before..].chunk_by(|a, b| a.outcome.is_none() == b.outcome.is_none() && is_next(a, b)) {
        let [first, .., last] = [&stretch[0], &stretch[stretch.len() - 1]];
        if first.outcome.is_none() {
            let (counts, names) = ((first.order.sequence, last.order.sequence), &checker.names);
            let example = || Some(show(first.key, first.order.producer, counts, names));
            checker.verdict.completeness.add(Lack::PutLines, counts.1 - counts.0 + 1, example);
        }
    }
}

fn is_next(a: &Put, b: &Put) -> bool {
    a.order.sequence.checked_add(1) == Some(b.order.sequence)
}

fn counts(checker: &mut Checker, key: KeyId, settled: &Settled) {
    checker.verdict.totals.groups += usize::from(settled.has_puts);
    for (producer, series) in settled.series.iter() {
        for &Open { first, last, .. } in &series.open {
            if first > 0 || !checker.settings.excerpt {
                let example = || Some(show(key, producer, (first, last), &checker.names));
                checker.verdict.completeness.add(Lack::Counts, last - first + 1, example);
            }
        }
    }
}

fn show(key: KeyId, producer: ProducerId, (first, last): (u64, u64), names: &Names) -> String {
    let (stream, group) = (Printable(names.text(names.stream_of(key))), show_key(names.group_of(key)));
    let records = if first == last { format!("record {first}") } else { format!("records {first} to {last}") };
    format!("{records} of key {group} (stream {stream}, producer {producer})")
}
