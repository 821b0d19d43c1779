//! What is worth a look, and keeps everything in a file that has not room for all.

use std::collections::HashSet;

use super::model::Model;
use super::verdict::violators;

/// Records that a violation names, or that did not go through at once.
pub(super) fn records(model: &Model) -> HashSet<u64> {
    let verdict = model.verdict.iter().flat_map(|(_, verdict)| verdict.properties());
    let named = verdict.flat_map(|property| &property.violations_named);
    let violators = named.flat_map(|violation| violators(model, violation));
    let rows = model.records.table.iter().filter(|(_, record)| record.is_remarkable()).map(|(id, _)| id);
    violators.chain(rows).collect()
}

/// Invocations that had one of these records.
pub(super) fn invocations(model: &Model, records: &HashSet<u64>) -> HashSet<u64> {
    let attempts = model.attempts.iter().filter(|(_, attempt)| records.contains(&attempt.record));
    attempts.filter_map(|(_, attempt)| attempt.invocation).collect()
}
