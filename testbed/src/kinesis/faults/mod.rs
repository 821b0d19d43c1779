//! What may go wrong between a producer and Kinesis, done to puts by a seed or by a script.
//!
//! ```text
//! PutRecord(s) ─▶ call number ─▶ plan (pure) or script ─▶ decision ─▶ inject ─▶ Kinesis
//!                                                                        └▶ tally
//! ```
//!
//! Only puts are touched; all other requests pass as they are.

mod decision;
mod inject;
pub(crate) mod plan;
mod tally;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use decision::{Decision, EntryFault, Fault};
pub use plan::{Level, Plan, SLOWNESS};
pub use tally::Tally;

use super::put_request::{Entry, PutRequest};

/// Faults that wait for puts; clones share them.
#[derive(Debug, Clone)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    source: Source,
    /// Puts that have come so far.
    calls: u64,
    /// Puts that Kinesis gets once so many others have come, oldest first.
    late: Vec<(u64, PutRequest)>,
    tally: Tally,
}

#[derive(Debug)]
enum Source {
    Plan(Plan),
    Script(VecDeque<Decision>),
}

impl Faults {
    /// Faults of a seed: the same for the same sequence of puts.
    pub fn seeded(seed: u64, level: Level) -> Self {
        Self::from(Source::Plan(Plan::new(seed, level)))
    }

    /// One decision for each of the first puts, in the order in which they come; all later ones pass.
    pub fn scripted(script: impl IntoIterator<Item = Decision>) -> Self {
        Self::from(Source::Script(script.into_iter().collect()))
    }

    fn from(source: Source) -> Self {
        Self(Arc::new(Mutex::new(State { source, calls: 0, late: Vec::new(), tally: Tally::default() })))
    }

    /// What has been done so far.
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// Whether no service and no put in flight has these faults any more.
    pub fn is_last(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What happens to a put that has come, and the late ones that go before it.
    fn next(&mut self, put: &PutRequest) -> (Decision, Vec<PutRequest>) {
        let call = self.calls;
        self.calls += 1;
        let decision = match &mut self.source {
            Source::Plan(plan) => plan.decide(call, put.contents().entries.iter().map(Entry::place)),
            Source::Script(script) => script.pop_front().unwrap_or_default(),
        };
        if decision.fault == Some(Fault::Late) {
            self.late.push((call + u64::from(decision.late_by), put.clone()));
        }
        self.tally.count(&decision, put.batch().len());
        let (due, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at < call);
        self.late = late;
        (decision, Vec::into_iter(due).map(|(_, put)| put).collect())
    }
}
