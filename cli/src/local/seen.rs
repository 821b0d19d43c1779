//! What a running world reports, in the order of its arrival.

use kinetrace::history::{Event, Timestamp};
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::Happening;
use kinetrace_testbed::function::FunctionHappening;
use kinetrace_testbed::kinesis::puts::Put;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// One thing that was seen. Functions and mappings are named by their places in the deployment.
#[derive(Debug)]
pub(super) enum Seen {
    /// A line of our own input.
    Own(Event),
    /// A client has put a record.
    Put(Put),
    Mapping(usize, Timestamp, Happening),
    Function(usize, Timestamp, FunctionHappening),
    Line(usize, Timestamp, LogLine),
    /// Who asks is told once everything before this is taken into account.
    Asked(oneshot::Sender<()>),
    /// Nothing more will come.
    End,
}

/// Passes on what one part of the world reports, until that part is gone.
pub(super) fn pass_on<T: Send + 'static>(
    mut from: UnboundedReceiver<T>,
    to: UnboundedSender<Seen>,
    seen: impl Fn(T) -> Seen + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Some(report) = from.recv().await {
            // Nobody listens only when everything ends.
            let _ = to.send(seen(report));
        }
    })
}
