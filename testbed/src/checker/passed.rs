//! Records that nothing had come of when later ones were settled.

use super::names::Name;
use super::property::Finding;
use super::put::Passed;
use super::record::Record;
use super::settling::Settling;
use super::shards::Shards;
use super::stream_order::first;
use super::verdict::Verdict;
use super::violation::{RecordId, Violation};

/// Of the records of a key, those that are passed now, each with the first one that passes it.
pub(super) fn marks(records: &[Record<'_>], chosen: &[bool], scale: (&Shards, Name)) -> Vec<(usize, Passed)> {
    let mut marks = Vec::new();
    let mut passing: Option<(&Record<'_>, Passed)> = None;
    for (index, record) in records.iter().enumerate().rev() {
        if chosen[index] {
            passing = Some((record, of(record, scale)));
        } else if let Some((other, mark)) = &passing
            && other.put.order.producer == record.put.order.producer
            && record.put.passed.is_none()
        {
            marks.push((index, mark.clone()));
        }
    }
    marks
}

/// What a record is to those that it passes.
pub(super) fn of(record: &Record<'_>, scale: (&Shards, Name)) -> Passed {
    Passed { position: first(record, scale), success: record.first_success().map(|success| success.start) }
}

/// Checked on records that were passed: whether the first that passed them stands before them, and was processed before
/// them.
pub(super) fn check(verdict: &mut Verdict, it: &Settling<'_>) {
    for record in it.records.iter().filter(|record| it.settled.is_past(record.put.order)) {
        let order = record.put.order;
        let Some(Passed { position, success }) = record.put.passed.as_deref().or_else(|| it.settled.passed(order))
        else {
            verdict.forgotten.undecided += 1;
            continue;
        };
        verdict.forgotten.passed += 1;
        let fault = |what: &str| {
            let text = format!("{} {what} after a later one of its key", record.show(it.names));
            let later = position.map(|later| RecordId::at(later, it.key, it.names));
            Violation::new(text, record.id(it.names).into_iter().chain(later))
        };
        if let Some((later, own)) = position.zip(first(record, (it.shards, it.stream))) {
            let is_overtaken = it.shards.compare(it.stream, later, own).is_some_and(|order| order.is_lt());
            verdict.stream_order.expect(!is_overtaken, || fault("stands"));
        }
        if let Some((later, own)) = success.zip(record.first_success().map(|success| success.start)) {
            let finding = Finding::of(later < own, later.saturating_add(it.tolerance) < own);
            verdict.process_order.count(finding, || fault("was processed"));
        }
    }
}
