//! Takes what a run on Kafka reports as it comes.

use kinetrace::history::{Event, Produce, PutOutcome};
use kinetrace_testbed::checker::{Checker, CheckerSettings, Verdict};
use kinetrace_testbed::collector::Span;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::oneshot;

use super::placement::Placement;
use crate::ordering::memory;
use crate::ordering::observed::Observed;
use crate::ordering::traces::Traces;

/// What a run reports, until each of these ends.
#[derive(Debug)]
pub(super) struct Feeds {
    pub(super) produced: Receiver<Produce>,
    pub(super) processed: UnboundedReceiver<Event>,
    pub(super) spans: Receiver<Vec<Span>>,
    /// No span more will come.
    pub(super) end: oneshot::Receiver<()>,
}

/// What is known of a run.
#[derive(Debug)]
pub(super) struct Observer {
    placement: Placement,
    checker: Checker,
    traces: Traces,
    observed: Observed,
}

impl Observer {
    pub(super) fn new(placement: Placement) -> Self {
        let checker = Checker::new(CheckerSettings::default());
        Self { placement, checker, traces: Traces::new(), observed: Observed::default() }
    }

    pub(super) async fn run(mut self, mut feeds: Feeds) -> (Verdict, Observed) {
        let (mut publishes, mut reads, mut ended) = (true, true, false);
        while publishes || reads || !ended || !feeds.spans.is_empty() {
            tokio::select! {
                line = feeds.produced.recv(), if publishes => match line {
                    Some(line) => self.produced(line),
                    None => publishes = false,
                },
                line = feeds.processed.recv(), if reads => match line {
                    Some(line) => self.processed(line),
                    None => reads = false,
                },
                Some(spans) = feeds.spans.recv() => spans.iter().for_each(|span| self.traces.arrived(span)),
                _ = &mut feeds.end, if !ended => {
                    ended = true;
                    feeds.spans.close();
                }
            }
        }
        self.observed.misplaced = Some(self.placement.misplaced());
        self.observed.most.memory = memory::resident();
        self.observed.counts = self.traces.finish(0);
        (self.checker.finish(), self.observed)
    }

    fn produced(&mut self, line: Produce) {
        self.observed.produced += 1;
        if line.outcome == PutOutcome::Acknowledged {
            self.traces.produced(&line);
        }
        if let Some(partition) = line.shard.as_deref().and_then(|partition| partition.parse().ok()) {
            self.placement.add(line.group.as_bytes(), partition);
        }
        self.checker.add(Event::Produce(line));
    }

    fn processed(&mut self, line: Event) {
        self.observed.processed += 1;
        if let Event::Process(line) = &line {
            self.traces.processed(line);
        }
        self.checker.add(line);
    }
}
