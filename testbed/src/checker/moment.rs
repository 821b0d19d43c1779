//! When a processing started, and in which invocation.

use super::ids::RequestId;
use super::in_batch::InBatch;
use super::place::Place;
use super::position::Position;
use super::processing::Processing;

/// One invocation has one clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment {
    pub(super) start: u64,
    /// Where the record was found.
    pub(super) found: Position,
    request: RequestId,
    batch: Option<InBatch>,
    /// Whether processings of one invocation are to be compared by themselves, as without a tolerance they need not.
    apart: bool,
}

impl Moment {
    pub(super) fn of(processing: &Processing, apart: bool) -> Self {
        let Processing { start, found, request, batch, .. } = *processing;
        Self { start, found, request, batch, apart }
    }
}

impl Moment {
    /// Whether both were handed over in one batch, and this one was ahead there.
    fn is_ahead(self, other: Self) -> bool {
        self.batch.zip(other.batch).is_some_and(|(own, other)| own.is_before(other))
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
        other.start < self.start || other.is_ahead(self)
    }

    fn is_before(self, other: Self, (): &(), tolerance: u64) -> bool {
        let tolerance = if self.request == other.request { 0 } else { tolerance };
        self.start.saturating_add(tolerance) < other.start || self.is_ahead(other)
    }
}
