//! The checker's verdict, and the rows of the records that it names.

use kinetrace_testbed::checker::{Conclusion, Property, RecordId, Verdict, Violation};
use serde_json::{Value, json};

use super::model::Model;

/// As it stands in a document.
pub(super) fn verdict(model: &Model, verdict: &Verdict) -> Value {
    let conclusion = match verdict.conclusion() {
        Conclusion::Violated => "violated",
        // A run that goes on may yet violate anything.
        _ if !model.is_over => "so far",
        Conclusion::Holds => "holds",
        Conclusion::Incomplete => "incomplete",
    };
    let properties = verdict.properties().map(|property| document(model, property));
    json!({"conclusion": conclusion, "properties": properties, "notes": notes(verdict)})
}

fn document(model: &Model, property: &Property) -> Value {
    let example = |violation: &Violation| json!({"text": violation.text, "records": violators(model, violation)});
    json!({
        "name": property.name, "meaning": property.meaning, "checked": property.checked,
        "violations": property.violations,
        "examples": property.violations_named.iter().map(example).collect::<Vec<_>>(),
    })
}

/// The rows of the records that show a violation, as far as they are kept.
pub(super) fn violators(model: &Model, violation: &Violation) -> Vec<u64> {
    violation.records.iter().filter_map(|record| find(model, record)).collect()
}

/// The row of a record that the checker names.
fn find(model: &Model, record: &RecordId) -> Option<u64> {
    let (stream, shard) = (model.ledger.texts.known(&record.stream)?, model.ledger.texts.known(&record.shard)?);
    let place = (stream, shard, record.sequence_number.clone());
    // Who does not know of the aggregate means all of it.
    let within = model.records.within(&place, record.sub_sequence_number);
    within.or_else(|| model.records.at(&place).first().copied())
}

/// What a reader of the table has to know in addition: how much was looked at, what was tolerated, what is missing.
fn notes(verdict: &Verdict) -> Vec<String> {
    let texts = [verdict.totals.to_string(), verdict.forgotten.to_string()];
    let tolerated = verdict.properties().into_iter().filter(|property| property.within_tolerance > 0).map(|property| {
        let Property { name, within_tolerance, checked, .. } = property;
        format!("{name}: {within_tolerance} of {checked} within the clocks' tolerance")
    });
    let missing = verdict.completeness.to_string();
    let missing = missing.split("\n\n").map(|lack| lack.trim().to_owned());
    let lines = texts.iter().flat_map(|text| text.lines()).map(str::to_owned);
    lines.chain(tolerated).chain(missing).filter(|note| !note.is_empty()).collect()
}
