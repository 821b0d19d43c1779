//! How many records arrived, by what happened to their contexts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::injection::Injection;

/// How many records were acknowledged, by what happened to their contexts. A clone counts along.
///
/// A record that was given up, or of which nobody knows whether it arrived, is in none of these.
#[derive(Debug, Clone, Default)]
pub struct InjectionCounts(Arc<[AtomicU64; 5]>);

impl InjectionCounts {
    /// The records to which this happened. Only those of [`Injection::Injected`] carry the context of this process.
    pub fn of(&self, injection: Injection) -> u64 {
        self.0[place(injection)].load(Ordering::Relaxed)
    }

    /// For the crates that send records.
    #[doc(hidden)]
    pub fn add(&self, injection: Injection) {
        self.0[place(injection)].fetch_add(1, Ordering::Relaxed);
    }
}

fn place(injection: Injection) -> usize {
    match injection {
        Injection::Injected => 0,
        Injection::NoContext => 1,
        Injection::AlreadyPresent => 2,
        Injection::TooLarge => 3,
        Injection::Unsupported => 4,
    }
}
