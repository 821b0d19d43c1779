//! When a processing started, and in which invocation.

use super::ids::RequestId;
use super::processing::Processing;
use super::production_order::Place;

/// One invocation has one clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) start: u64,
    request: RequestId,
    /// Whether processings of one invocation are to be compared by themselves, as without a tolerance they need not.
    apart: bool,
}

impl Moment {
    pub(super) fn of(processing: &Processing, apart: bool) -> Self {
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
