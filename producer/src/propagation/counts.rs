//! How many records arrived, by what happened to their contexts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kinetrace::Injection;

/// How many records Kinesis has acknowledged, by what happened to their contexts.
///
/// A record whose put failed, or of which nobody knows, is in none of these: it may not be in the stream.
///
/// ```
/// use kinetrace_producer::{Carrier, Propagation};
/// use kinetrace::Injection;
///
/// let propagation = Propagation::new(Carrier::Envelope);
/// let counts = propagation.counts();
/// // … the client is built with it, and used …
/// assert_eq!(counts.of(Injection::Injected), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct InjectionCounts(Arc<[AtomicU64; 5]>);

impl InjectionCounts {
    /// The records of which this became. Only those of [`Injection::Injected`] carry the context of this process.
    pub fn of(&self, injection: Injection) -> u64 {
        self.0[place(injection)].load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, injection: Option<Injection>) {
        if let Some(injection) = injection {
            self.0[place(injection)].fetch_add(1, Ordering::Relaxed);
        }
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
