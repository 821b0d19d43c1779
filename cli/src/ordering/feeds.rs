//! What a run reports, over any transport.

use kinetrace::history::Produce;
use kinetrace_testbed::collector::Span;
use kinetrace_testbed::environment::LogLine;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::oneshot;

/// What a run reports, until each of these ends.
#[derive(Debug)]
pub(super) struct Feeds {
    pub(super) produced: Receiver<Produce>,
    pub(super) log: UnboundedReceiver<LogLine>,
    pub(super) spans: Receiver<Vec<Span>>,
    /// How many invocations there were, and that no span more will come.
    pub(super) end: oneshot::Receiver<u64>,
}
