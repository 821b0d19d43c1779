//! Property: no loss.

use super::property::Property;
use super::settling::Settling;
use super::violation::Violation;
use crate::printable::Printable;

pub(super) fn property() -> Property {
    Property::new("no loss", "every acknowledged record is processed successfully at least once")
}

/// Checked on every acknowledged record that waits for nothing, for every function that reads the stream. A discarded batch is a loss too:
/// nobody processed it.
pub(super) fn check(property: &mut Property, it: &Settling<'_>) {
    let readers = it.functions.that_read(it.stream);
    for record in it.records.iter().filter(|record| record.put.is_acknowledged() && !record.put.is_waiting) {
        for function in &readers {
            property.expect(record.is_done_by(*function, it.functions), || {
                let (shown, end, attempts) = (record.show(it.names), record.put.end, record.processings);
                let attempts = attempts.iter().filter(|attempt| it.functions.of(attempt) == *function).count();
                let by = function.filter(|_| readers.len() > 1).map(|name| Printable(it.names.text(name)));
                let by = by.map(|name| format!(" by {name}")).unwrap_or_default();
                let text = match attempts {
                    0 => format!("{shown} was acknowledged at {end} µs and never processed{by}"),
                    _ => format!(
                        "{shown} was acknowledged at {end} µs, and none of its {attempts} processings{by} succeeded"
                    ),
                };
                Violation::new(text, record.id(it.names))
            });
        }
    }
}
