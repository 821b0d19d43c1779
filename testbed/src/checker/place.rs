//! Places that records have: in a stream, or in time.

use std::fmt;

/// Where a record was found.
pub(super) trait Place: Copy + PartialEq + fmt::Debug {
    /// Places have a total order within a lane; between lanes they need not have one.
    type Lane: Ord + Copy + fmt::Debug;

    /// What it takes to compare places.
    type Scale<'s>;

    /// Whether places of different lanes are to be compared.
    const ACROSS: bool;

    /// The lanes that it is in.
    fn lanes(self) -> [Option<Self::Lane>; 2];

    /// Whether the lane matters to records that come much later.
    fn lasts(lane: Self::Lane) -> bool;

    /// Within a lane.
    fn is_beyond(self, other: Self) -> bool;

    /// Whether it comes first, and by more than the tolerance if both were timed by different clocks.
    fn is_before(self, other: Self, scale: &Self::Scale<'_>, tolerance: u64) -> bool;
}
