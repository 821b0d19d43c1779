//! The checker: whether a history kept what was promised.
//!
//! ```text
//! history ─▶ matching ─▶ index ─▶ one file per property ─▶ verdict
//! ```
//!
//! Times are compared as they are logged. On a deployed pair they come from the clocks of several machines, which agree
//! to about a millisecond; of the properties, only `process order` and `no overlap` rest on them, and `stream order`
//! between several producers of one group.

use kinetrace::history::Event;

mod common_place;
mod history;
mod index;
mod latencies;
mod matching;
mod no_loss;
mod no_overlap;
mod non_interference;
mod placement;
mod process_order;
mod production_order;
mod property;
mod record;
mod settings;
mod shards;
mod stream_order;
#[cfg(test)]
mod tests;
mod totals;
mod trace;
mod verdict;

pub use history::{History, HistoryError};
pub use latencies::Latencies;
pub use property::Property;
pub use settings::{CheckerSettings, HOSTS_CLOCK_TOLERANCE};
pub use totals::Totals;
pub use verdict::{Conclusion, Verdict};

use index::Index;

/// Collects a history line by line.
#[derive(Debug)]
pub struct Checker {
    events: Vec<Event>,
}

impl Checker {
    /// Has seen nothing yet.
    pub fn new(settings: CheckerSettings) -> Self {
        let _ = settings;
        Self { events: Vec::new() }
    }

    /// Takes the next line, whichever it is.
    pub fn add(&mut self, event: Event) {
        self.events.push(event);
    }

    /// What is to be said of all of them.
    pub fn finish(self) -> Verdict {
        whole(&self.events)
    }
}

/// Checks every property on a history of one machine, whose lines may come in any order.
pub fn check(events: &[Event]) -> Verdict {
    let mut checker = Checker::new(CheckerSettings::default());
    events.iter().cloned().for_each(|event| checker.add(event));
    checker.finish()
}

fn whole(events: &[Event]) -> Verdict {
    let index = Index::new(events);
    Verdict {
        no_loss: no_loss::check(&index),
        placement: placement::check(&index),
        stream_order: stream_order::check(&index),
        process_order: process_order::check(&index),
        no_overlap: no_overlap::check(&index),
        non_interference: non_interference::check(&index),
        trace: trace::check(&index),
        totals: Totals::of(&index),
    }
}

/// Compares two runs over the same input, for instance with tracing off and on: the same record, by group and place in
/// the group, must have had the same shard, payload and outcome. Names of streams and ids of producers may differ.
pub fn compare(baseline: &[Event], other: &[Event]) -> Property {
    non_interference::compare(&Index::new(baseline), &Index::new(other))
}
