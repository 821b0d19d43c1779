//! What may go wrong between a Kafka producer and its broker, done to Produce requests by a seed or by a script.
//!
//! ```text
//! Produce ─▶ call number ─▶ plan (pure) or script ─▶ decision ─▶ broker
//!                                                       └▶ tally
//! ```
//!
//! All other requests pass as they are. Of what may happen to a put on Kinesis, two have no counterpart here: a request is
//! never written twice, and never written after the answer to a later one, because a broker takes the requests of a
//! connection one after the other.

mod decision;
mod plan;
mod tally;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use crate::kinesis::faults::Level;
pub use decision::{Decision, Fault};
pub use plan::{Plan, THROTTLED};
pub use tally::Tally;

/// Faults that wait for Produce requests; clones share them.
#[derive(Debug, Clone)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    source: Source,
    /// Produce requests that have come so far.
    calls: u64,
    tally: Tally,
}

#[derive(Debug)]
enum Source {
    Plan(Plan),
    Script(VecDeque<Decision>),
}

impl Faults {
    /// Faults of a seed: the same for the same number of the request.
    pub fn seeded(seed: u64, level: Level) -> Self {
        Self::from(Source::Plan(Plan::new(seed, level)))
    }

    /// One decision for each of the first Produce requests, in the order in which they come; all later ones pass.
    pub fn scripted(script: impl IntoIterator<Item = Decision>) -> Self {
        Self::from(Source::Script(script.into_iter().collect()))
    }

    fn from(source: Source) -> Self {
        Self(Arc::new(Mutex::new(State { source, calls: 0, tally: Tally::default() })))
    }

    /// What has been done so far.
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// What happens to the request that has come.
    pub(super) fn next(&self) -> Decision {
        let mut state = self.state();
        let call = state.calls;
        state.calls += 1;
        let decision = match &mut state.source {
            Source::Plan(plan) => plan.decide(call),
            Source::Script(script) => script.pop_front().unwrap_or_default(),
        };
        state.tally.count(decision);
        decision
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
