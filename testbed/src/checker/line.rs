//! What lines have in common.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher as _};

use kinetrace::history::Event;

/// Equal lines are one line that was read twice.
pub(super) fn digest(line: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

/// Whether the line names a time, and which is the latest.
pub(super) fn latest(event: &Event) -> Option<u64> {
    match event {
        Event::Shard(_) | Event::Partitions(_) => None,
        Event::Produce(produce) => Some(produce.end.0.max(produce.start.0)),
        Event::Process(process) => Some(process.end.0.max(process.start.0)),
    }
}
