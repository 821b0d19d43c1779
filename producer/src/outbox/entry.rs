//! A record that waits.

use std::sync::Arc;

use kinetrace::HashKey;

/// A record in the outbox: what the decisions need to know of it, and whatever else the caller does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry<T> {
    pub(crate) group: Arc<str>,
    /// Where in the hash space it belongs, and so to which shard.
    pub(crate) place: HashKey,
    /// What it takes in a request by itself: data and partition key.
    pub(crate) bytes: usize,
    /// What it adds to an aggregated record. `None` if it must travel by itself.
    pub(crate) packed_bytes: Option<usize>,
    pub(crate) item: T,
}
