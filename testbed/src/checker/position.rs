//! A place in a stream.

use std::fmt;

use super::names::{Name, Names};
use super::number::Number;
use crate::printable::Printable;

/// A shard, a sequence number and, in an aggregate, the place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Position {
    pub(super) shard: Name,
    pub(super) number: Number,
    /// The largest number if there is no aggregate, or if who tells knows of none. No record has so many places.
    within: u64,
}

impl Position {
    pub(super) fn new(shard: Name, number: Number, sub_sequence_number: Option<u64>) -> Self {
        Self { shard, number, within: sub_sequence_number.unwrap_or(u64::MAX) }
    }

    /// The place in the aggregate.
    pub(super) fn within(self) -> Option<u64> {
        (self.within != u64::MAX).then_some(self.within)
    }

    /// The place of the whole aggregate.
    pub(super) fn whole(self) -> Self {
        Self { within: u64::MAX, ..self }
    }

    /// Whether nothing speaks against their being one place.
    pub(super) fn may_be(self, other: Self) -> bool {
        let within = self.within().zip(other.within());
        self.whole() == other.whole() && within.is_none_or(|(own, others)| own == others)
    }

    /// For people.
    pub(super) fn show(self, names: &Names) -> impl fmt::Display {
        let (shard, number) = (names.text(self.shard), self.number.digits(names));
        let place = self.within().map(|place| format!("/{place}")).unwrap_or_default();
        format!("{}:{}{place}", Printable(shard), Printable(&number))
    }
}
