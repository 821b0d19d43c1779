//! How many records arrived, by what happened to their contexts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kinetrace::Injection;

/// How many records brokers have acknowledged, by what happened to their contexts.
///
/// A record that was given up is in none of these, and neither is one whose delivery nobody waited for.
///
/// ```
/// use kinetrace::Injection;
/// use kinetrace_kafka::Propagation;
///
/// let propagation = Propagation::new();
/// let counts = propagation.counts();
/// // … a producer is traced with it, and used …
/// assert_eq!(counts.of(Injection::Injected), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct InjectionCounts(Arc<[AtomicU64; 5]>);

impl InjectionCounts {
    /// The records to which this happened. Only those of [`Injection::Injected`] carry the context of this process.
    pub fn of(&self, injection: Injection) -> u64 {
        self.0[place(injection)].load(Ordering::Relaxed)
    }

    #[cfg(any(feature = "rdkafka", feature = "krafka"))]
    pub(crate) fn add(&self, injection: Injection) {
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
