//! The checker: whether a history kept what was promised.
//!
//! ```text
//! lines ─▶ index, matching ─▶ what can be settled ─▶ one file per property ─▶ verdict
//!   ▲                                │
//!   └───────── the rest ◀────────────┘
//! ```
//!
//! What a key's later records are compared with, once its earlier ones are forgotten, is in `settled`.
//!
//! Times are compared as they are logged. On a deployed pair they come from the clocks of several machines, whence the
//! tolerance; of the properties, only `process order` and `no overlap` rest on them, and `stream order` between several
//! producers of one key.

use kinetrace::history::Event;

#[allow(clippy::module_inception, reason = "the checker's own file")]
mod checker;
mod common_place;
mod completeness;
mod few;
mod finish;
mod foreign;
mod forgotten;
mod front;
mod functions;
mod gaps;
mod history;
mod ids;
mod in_batch;
mod index;
mod intake;
mod last;
mod latencies;
mod line;
mod matching;
mod moment;
mod murmur2;
mod names;
mod no_loss;
mod no_overlap;
mod non_interference;
mod number;
mod oddity;
mod passed;
mod place;
mod placed;
mod placement;
mod position;
mod process_order;
mod processing;
mod production_order;
mod property;
mod put;
mod record;
mod settings;
mod settle;
mod settled;
mod settling;
mod shards;
mod so_far;
mod stream_order;
#[cfg(test)]
mod tests;
mod topics;
mod totals;
mod trace;
mod unplaced;
mod verdict;
mod violation;

pub use checker::Checker;
pub use completeness::{Completeness, Lack, Missing};
pub use forgotten::Forgotten;
pub use history::{History, HistoryError};
pub use latencies::Latencies;
pub use property::Property;
pub use settings::{CheckerSettings, HOSTS_CLOCK_TOLERANCE};
pub use totals::Totals;
pub use verdict::{Conclusion, Verdict};
pub use violation::{RecordId, Violation};

/// Checks every property on a history of one machine, whose lines may come in any order.
pub fn check(events: &[Event]) -> Verdict {
    collect(events).finish()
}

/// Compares two runs over the same input, as [`Checker::finish_beside`] does.
pub fn compare(baseline: &[Event], other: &[Event]) -> Property {
    collect(other).finish_beside(collect(baseline)).1
}

fn collect(events: &[Event]) -> Checker {
    let mut checker = Checker::new(CheckerSettings::default());
    events.iter().cloned().for_each(|event| checker.add(event));
    checker
}
