//! What waits in the publisher is bounded, by bytes and by count.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Debug)]
pub(super) struct Room {
    bytes: Arc<Semaphore>,
    records: Arc<Semaphore>,
    /// A record larger than all of it goes when it is empty.
    all_bytes: usize,
}

/// What a record takes in addition to its data and partition key: its context, its spans, its place in a queue, and what the
/// allocator wastes on them. `testbed/benches/publishers` measures it.
const OVERHEAD: usize = 2 * 1024;

/// The room that one record takes, until this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    _record: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
}

impl Room {
    pub(super) fn new(bytes: usize, records: usize) -> Self {
        Self { bytes: Arc::new(Semaphore::new(bytes)), records: Arc::new(Semaphore::new(records)), all_bytes: bytes }
    }

    /// Waits for room for a record of this size, first come first served. `None` if there will be none any more.
    pub(super) async fn take(&self, size: usize) -> Option<Permit> {
        let bytes = u32::try_from((size + OVERHEAD).min(self.all_bytes)).unwrap_or(u32::MAX);
        // In this order everywhere, so that no two wait for each other.
        let record = Arc::clone(&self.records).acquire_owned().await.ok()?;
        let bytes = Arc::clone(&self.bytes).acquire_many_owned(bytes).await.ok()?;
        Some(Permit { _record: record, _bytes: bytes })
    }
}
