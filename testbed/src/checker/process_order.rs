//! Property: process order.

use super::functions::{Function, Functions};
use super::moment::Moment;
use super::placed::Placed;
use super::processing::Processing;
use super::property::{Finding, Property};
use super::record::Record;
use super::settling::Settling;
use super::violation::{RecordId, Violation};

pub(super) fn property() -> Property {
    Property::new("process order", "first successful processings are in production order")
}

/// Checked for every function on every record that it has processed successfully: its first success does not start
/// before the first success of a record of its key that precedes it. Later processings of the same record are
/// redeliveries, which may come at any time; a failed one counts for nothing, and neither does that
/// a mapping filtered the record.
pub(super) fn check(property: &mut Property, it: &mut Settling<'_>) {
    for function in it.functions.that_processed(it.stream) {
        let successes: Vec<_> = it.in_turn().filter_map(|record| success(record, function, it.functions)).collect();
        let moment = |processing: &Processing| Moment::of(processing, it.tolerance > 0);
        let moments: Vec<_> = successes.iter().map(|(record, first)| Placed::new(record.put, moment(first))).collect();
        let course = &mut it.settled.function(function).process_order;
        let believed = course.overtaken(&moments, &(), 0);
        let tolerant = if it.tolerance > 0 { course.overtaken(&moments, &(), it.tolerance) } else { believed.clone() };
        course.extend(&moments);
        for ((later, (record, first)), (believed, earlier)) in
            moments.iter().zip(successes).zip(believed.iter().zip(tolerant))
        {
            property.count(Finding::of(believed.is_some(), earlier.is_some()), || match earlier {
                Some(earlier) => {
                    let text = format!(
                        "{} was processed at {} µs ({}), before {} at {} µs, which was {}",
                        record.show(it.names),
                        first.start,
                        first.show_request(it.names),
                        earlier.name(later),
                        earlier.place.start,
                        earlier.reason(later)
                    );
                    let other = RecordId::at(earlier.place.found, it.key, it.names);
                    Violation::new(text, record.id(it.names).into_iter().chain([other]))
                }
                None => Violation::default(),
            });
        }
    }
}

fn success<'s>(record: &Record<'s>, function: Function, functions: &Functions) -> Option<(Record<'s>, &'s Processing)> {
    Some((*record, record.first_success_of(function, functions)?))
}
