//! Takes what a run on Kafka reports as it comes.

use kinetrace::history::{Event, Partitioner, Partitions, Process, Produce, PutOutcome};
use kinetrace_testbed::checker::{Checker, CheckerSettings, Verdict};
use kinetrace_testbed::collector::Span;
use kinetrace_testbed::environment::{LogLine, LogStream};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::oneshot;

use super::sent::Sent;
use crate::ordering::memory;
use crate::ordering::observed::Observed;
use crate::ordering::traces::Traces;

/// Of what the function complains, so many lines are kept.
const COMPLAINTS: usize = 100;

/// What a run reports, until each of these ends.
#[derive(Debug)]
pub(super) struct Feeds {
    pub(super) produced: Receiver<Produce>,
    pub(super) log: UnboundedReceiver<LogLine>,
    pub(super) spans: Receiver<Vec<Span>>,
    /// How many invocations there were, and that no span more will come.
    pub(super) end: oneshot::Receiver<u64>,
}

/// What is known of a run.
#[derive(Debug)]
pub(super) struct Observer {
    sent: Sent,
    checker: Checker,
    traces: Traces,
    observed: Observed,
}

impl Observer {
    /// Of a topic that has so many partitions, one after the other.
    pub(super) fn new(topic: &str, counts: impl Iterator<Item = u32>, sent: Sent) -> Self {
        let mut checker = Checker::new(CheckerSettings::default());
        for count in counts {
            // Java's, whatever the client has: it is where all others look for a key.
            checker.add(Event::Partitions(Partitions::new(topic, count, Partitioner::Murmur2)));
        }
        Self { sent, checker, traces: Traces::new(), observed: Observed::default() }
    }

    pub(super) async fn run(mut self, mut feeds: Feeds) -> (Verdict, Observed) {
        let (mut publishes, mut logs, mut invocations) = (true, true, None);
        while publishes || logs || invocations.is_none() || !feeds.spans.is_empty() {
            tokio::select! {
                line = feeds.produced.recv(), if publishes => match line {
                    Some(line) => self.produced(line),
                    None => publishes = false,
                },
                line = feeds.log.recv(), if logs => match line {
                    Some(line) => self.logged(line),
                    None => logs = false,
                },
                Some(spans) = feeds.spans.recv() => spans.iter().for_each(|span| self.traces.arrived(span)),
                end = &mut feeds.end, if invocations.is_none() => {
                    invocations = Some(end.unwrap_or_default());
                    self.observed.most.memory = memory::resident();
                    feeds.spans.close();
                }
            }
        }
        self.observed.counts = self.traces.finish(invocations.unwrap_or_default());
        (self.checker.finish(), self.observed)
    }

    fn produced(&mut self, line: Produce) {
        self.observed.produced += 1;
        if line.outcome == PutOutcome::Acknowledged {
            self.traces.produced(&line);
        }
        self.checker.add(Event::Produce(line));
    }

    fn logged(&mut self, LogLine { stream, line, .. }: LogLine) {
        match (stream, serde_json::from_str(&line)) {
            (LogStream::Stdout, Ok(Event::Process(line))) => self.processed(line),
            (LogStream::Stderr, _) if self.observed.complaints.len() < COMPLAINTS => {
                self.observed.complaints.push(line)
            }
            _ => {}
        }
    }

    fn processed(&mut self, mut line: Process) {
        self.observed.processed += 1;
        self.traces.processed(&line);
        line.order = line.order.or_else(|| self.sent.order_of(line.payload_crc32));
        self.checker.add(Event::Process(line));
    }
}
