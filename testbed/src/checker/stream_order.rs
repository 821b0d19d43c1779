//! Property: stream order.

use super::names::Name;
use super::place::Place;
use super::placed::Placed;
use super::position::Position;
use super::property::{Finding, Property};
use super::record::Record;
use super::settling::Settling;
use super::shards::Shards;
use super::violation::{RecordId, Violation};

pub(super) fn property() -> Property {
    Property::new("stream order", "first occurrences in the stream are in production order (else: the producer)")
}

/// Checked on every record with a known place: none stands before a record of its key that precedes it. That
/// includes records whose put got no answer but which a consumer found, or a late commit would be laid at the
/// consumer's door. Places in shards of which neither led to the other have no order; that they occur is for placement
/// to tell.
pub(super) fn check(property: &mut Property, it: &mut Settling<'_>) {
    let scale = (it.shards, it.stream);
    let standing = |record: &Record<'_>| Some(Placed::new(record.put, first(record, scale)?));
    let standings: Vec<_> = it.in_turn().filter_map(|record| Some((*record, standing(record)?))).collect();
    let places: Vec<_> = standings.iter().map(|(_, placed)| *placed).collect();
    let course = &it.settled.stream_order;
    let believed = course.overtaken(&places, &scale, 0);
    let tolerant = if it.tolerance > 0 { course.overtaken(&places, &scale, it.tolerance) } else { believed.clone() };
    for ((record, later), (believed, earlier)) in standings.iter().zip(believed.iter().zip(tolerant)) {
        property.count(Finding::of(believed.is_some(), earlier.is_some()), || match earlier {
            Some(earlier) => {
                let text = format!(
                    "{} stands at {}, before {} at {}, which was {}",
                    record.show(it.names),
                    later.place.show(it.names),
                    earlier.name(later),
                    earlier.place.show(it.names),
                    earlier.reason(later)
                );
                Violation::new(text, [later, &earlier].map(|placed| RecordId::at(placed.place, it.key, it.names)))
            }
            None => Violation::default(),
        });
    }
    it.settled.stream_order.extend(&places);
}

/// The first occurrence of a record in its stream.
pub(super) fn first(record: &Record<'_>, (shards, stream): (&Shards, Name)) -> Option<Position> {
    let is_before = |a, b| shards.compare(stream, a, b).is_some_and(|order| order.is_lt());
    record.positions().into_iter().reduce(|first, other| if is_before(other, first) { other } else { first })
}

impl Place for Position {
    /// The shard, and whether the place in an aggregate is known: only known ones have a total order.
    type Lane = (Name, bool);

    type Scale<'s> = (&'s Shards, Name);

    const ACROSS: bool = true;

    fn lanes(self) -> [Option<Self::Lane>; 2] {
        [Some((self.shard, self.within().is_some())), None]
    }

    fn lasts(_: Self::Lane) -> bool {
        true
    }

    fn is_beyond(self, other: Self) -> bool {
        (other.number, other.within()) < (self.number, self.within())
    }

    fn is_before(self, other: Self, (shards, stream): &Self::Scale<'_>, _: u64) -> bool {
        shards.compare(*stream, self, other).is_some_and(|order| order.is_lt())
    }
}
