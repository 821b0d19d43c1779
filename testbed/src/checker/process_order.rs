//! Property: process order.

use kinetrace::history::Process;

use super::index::Index;
use super::production_order::{Place, Placed, overtaken};
use super::property::Property;

/// Checked on every record that was processed successfully: its first success does not start before the first success
/// of a record of its group that precedes it. Later processings of the same record are redeliveries, which may come at
/// any time; a failed one counts for nothing.
pub(super) fn check(index: &Index<'_>) -> Property {
    let mut property = Property::new("process order", "first successful processings are in production order");
    for group in index.groups() {
        let successes = group.iter().filter_map(|record| Some(Placed { record, place: record.first_success()? }));
        let successes: Vec<_> = successes.collect();
        for (later, earlier) in successes.iter().zip(overtaken(&successes)) {
            property.expect(earlier.is_none(), || match earlier {
                Some(earlier) => format!(
                    "{} was processed at {} µs (request {}), before {} at {} µs, which was {}",
                    later.record,
                    later.place.start,
                    later.place.request_id,
                    earlier.name(later),
                    earlier.place.start,
                    earlier.reason(later)
                ),
                None => String::new(),
            });
        }
    }
    property
}

impl Place for &Process {
    type Lane = ();

    fn lane(self) {}

    fn is_before(self, other: Self) -> bool {
        self.start < other.start
    }
}
