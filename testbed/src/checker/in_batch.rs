//! Records that were handed over together, by a handler of batches: such have one interval, and yet an order.

use kinetrace::history::BatchPlace;

use super::ids::RequestId;

/// A batch and a record's place there. Outside of Lambda all requests have one name, so the beginning tells batches apart, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InBatch {
    pub(super) request: RequestId,
    pub(super) start: u64,
    pub(super) place: BatchPlace,
}

impl InBatch {
    /// Whether both are of one batch, and this one comes first. A place that two records claim is not one of a batch.
    pub(super) fn is_before(self, other: Self) -> bool {
        let batch = |it: Self| (it.request, it.start, it.place.number);
        batch(self) == batch(other) && self.place.index < other.place.index
    }
}

/// Whether both were handed over together, one after the other.
pub(super) fn are_together(one: Option<InBatch>, other: Option<InBatch>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.is_before(other) || other.is_before(one))
}
