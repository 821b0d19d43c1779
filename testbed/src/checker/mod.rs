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
pub use totals::Totals;
pub use verdict::Verdict;

use index::Index;

/// Checks every property on a history, whose lines may come in any order.
pub fn check(events: &[Event]) -> Verdict {
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
