//! Property: no loss.

use super::index::Index;
use super::property::Property;

/// Checked on every acknowledged record. A discarded batch is a loss too: nobody processed it.
pub(super) fn check(index: &Index<'_>) -> Property {
    let mut property = Property::new("no loss", "every acknowledged record is processed successfully at least once");
    for record in index.records.iter().filter(|record| record.acknowledged()) {
        property.expect(record.first_success().is_some(), || {
            let end = record.produce.end;
            match record.processings.len() {
                0 => format!("{record} was acknowledged at {end} µs and never processed"),
                attempts => {
                    format!("{record} was acknowledged at {end} µs, and none of its {attempts} processings succeeded")
                }
            }
        });
    }
    property
}
