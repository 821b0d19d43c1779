//! What every demo runs in, and what it comes to.

use std::path::Path;

use kinetrace::history::{Event, Produce};
use kinetrace_testbed::collector::{Collector, Forwarder};

/// What is there whatever carries the records.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub(super) collector: &'a Collector,
    /// Where spans go in addition.
    pub(super) forwarder: Option<&'a Forwarder>,
    /// The consumer that is named in place of the built-in one.
    pub(super) bootstrap: Option<&'a Path>,
}

/// What a run leaves.
pub(super) struct Ran {
    pub(super) produced: Vec<Produce>,
    /// The whole history.
    pub(super) events: Vec<Event>,
}
