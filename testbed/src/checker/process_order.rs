//! Property: process order.

use super::functions::{Function, Functions};
use super::ids::RequestId;
use super::line::Processing;
use super::production_order::{Place, Placed};
use super::property::{Finding, Property};
use super::record::Record;
use super::settling::Settling;

pub(super) fn property() -> Property {
    Property::new("process order", "first successful processings are in production order")
}

/// Checked for every function on every record that it has processed successfully: its first success does not start
/// before the first success of a record of its key that precedes it. Later processings of the same record are
/// redeliveries, which may come at any time; a failed one counts for nothing.
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
                Some(earlier) => format!(
                    "{} was processed at {} µs ({}), before {} at {} µs, which was {}",
                    record.show(it.names),
                    first.start,
                    first.show_request(it.names),
                    earlier.name(later),
                    earlier.place.start,
                    earlier.reason(later)
                ),
                None => String::new(),
            });
        }
    }
}

fn success<'s>(record: &Record<'s>, function: Function, functions: &Functions) -> Option<(Record<'s>, &'s Processing)> {
    Some((*record, record.first_success_of(function, functions)?))
}

/// When a processing started, and in which invocation: one invocation has one clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    start: u64,
    request: RequestId,
    /// Whether processings of one invocation are to be compared by themselves, as without a tolerance they need not.
    apart: bool,
}

impl Moment {
    fn of(processing: &Processing, apart: bool) -> Self {
        Self { start: processing.start, request: processing.request, apart }
    }
}

impl Place for Moment {
    /// All moments are in one lane, and those of an invocation also in one of their own.
    type Lane = Option<RequestId>;

    type Scale<'s> = ();

    const ACROSS: bool = false;

    fn lanes(self) -> [Option<Self::Lane>; 2] {
        [Some(None), self.apart.then_some(Some(self.request))]
    }

    fn lasts(lane: Self::Lane) -> bool {
        lane.is_none()
    }

    fn is_beyond(self, other: Self) -> bool {
        other.start < self.start
    }

    fn is_before(self, other: Self, (): &(), tolerance: u64) -> bool {
        let tolerance = if self.request == other.request { 0 } else { tolerance };
        self.start.saturating_add(tolerance) < other.start
    }
}
