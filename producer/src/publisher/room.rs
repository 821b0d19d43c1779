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

/// The room that one record takes, until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _record: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
}

impl Room {
    pub(super) fn new(bytes: usize, records: usize) -> Self {
        Self { bytes: Arc::new(Semaphore::new(bytes)), records: Arc::new(Semaphore::new(records)), all_bytes: bytes }
    }

    /// Waits for room, first come first served. `None` if there will be none any more.
    pub(super) async fn take(&self, bytes: usize) -> Option<Place> {
        let bytes = u32::try_from(bytes.min(self.all_bytes)).unwrap_or(u32::MAX);
        // In this order everywhere, so that no two wait for each other.
        let record = Arc::clone(&self.records).acquire_owned().await.ok()?;
        let bytes = Arc::clone(&self.bytes).acquire_many_owned(bytes).await.ok()?;
        Some(Place { _record: record, _bytes: bytes })
    }
}
