//! Property: stream order.

use super::index::Index;
use super::production_order::{Place, Placed, overtaken};
use super::property::Property;
use super::record::{Position, Record};
use super::shards::Shards;

/// Checked on every record with a known place: none stands before a record of its group that precedes it. That
/// includes records whose put got no answer but which a consumer found, or a late commit would be laid at the
/// consumer's door. Places in shards of which neither led to the other have no order; that they occur is for placement
/// to tell.
pub(super) fn check(index: &Index<'_>) -> Property {
    let mut property =
        Property::new("stream order", "first occurrences in the stream are in production order (else: the producer)");
    for group in index.groups() {
        let standing = |record| Some(Placed { record, place: Standing::of(record, &index.shards)? });
        let standings: Vec<_> = group.iter().filter_map(standing).collect();
        for (later, earlier) in standings.iter().zip(overtaken(&standings)) {
            property.expect(earlier.is_none(), || match earlier {
                Some(earlier) => format!(
                    "{} stands at {}, before {} at {}, which was {}",
                    later.record,
                    later.place.position,
                    earlier.name(later),
                    earlier.place.position,
                    earlier.reason(later)
                ),
                None => String::new(),
            });
        }
    }
    property
}

/// The first occurrence of a record in its stream.
#[derive(Debug, Clone, Copy)]
struct Standing<'s, 'h> {
    position: Position<'h>,
    stream: &'h str,
    shards: &'s Shards<'h>,
}

impl<'s, 'h> Standing<'s, 'h> {
    fn of(record: &Record<'h>, shards: &'s Shards<'h>) -> Option<Self> {
        let stream = record.produce.stream.as_str();
        let standings = record.positions().into_iter().map(|position| Self { position, stream, shards });
        standings.reduce(|first, other| if other.is_before(first) { other } else { first })
    }
}

impl<'h> Place for Standing<'_, 'h> {
    /// The shard, and whether the place in an aggregate is known: only known ones have a total order.
    type Lane = (&'h str, bool);

    fn lane(self) -> Self::Lane {
        (self.position.shard, self.position.sub_sequence_number.is_some())
    }

    fn is_before(self, other: Self) -> bool {
        self.shards.compare(self.stream, self.position, other.position).is_some_and(|order| order.is_lt())
    }
}
