//! Takes what a run on Kafka reports as it comes.

use kinetrace::history::{Event, Partitioner, Partitions, Process, Produce, PutOutcome};
use kinetrace_testbed::checker::{Checker, CheckerSettings, Verdict};
use kinetrace_testbed::environment::{LogLine, LogStream};

use super::sent::Sent;
use crate::ordering::feeds::Feeds;
use crate::ordering::memory;
use crate::ordering::observed::Observed;
use crate::ordering::traces::Traces;

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
            (LogStream::Stdout, _) => {}
            (LogStream::Stderr, _) => self.observed.complain(line),
        }
    }

    fn processed(&mut self, mut line: Process) {
        self.observed.processed += 1;
        self.traces.processed(&line);
        line.order = line.order.or_else(|| self.sent.order_of(line.payload_crc32));
        self.checker.add(Event::Process(line));
    }
}
