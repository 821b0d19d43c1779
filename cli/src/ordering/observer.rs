//! Takes what a run reports as it comes, so that nothing is kept of a record that is settled.
//!
//! ```text
//! publisher ─▶ lines ──────┐                 ┌▶ checker
//! function  ─▶ its log ────┼─▶ observer ─────┼▶ traces
//! both ends ─▶ collector ──┘  (in order of   └▶ pending ─▶ what the stream may forget
//!                              arrival)
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Process, Produce, PutOutcome};
use kinetrace_testbed::checker::{Checker, CheckerSettings, Verdict};
use kinetrace_testbed::collector::Forwarder;
use kinetrace_testbed::environment::{LogLine, LogStream};
use kinetrace_testbed::event_source_mapping::Pending;
use kinetrace_testbed::kinesis::{Kinesis, StreamError};
use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

use super::endpoint::Opened;
use super::feeds::Feeds;
use super::observed::Observed;
use super::progress::{INTERVAL, Progress};
use super::shards::Shards;
use super::traces::Traces;
use super::{memory, trimmer};

/// Of a run with more records than this, the checker forgets what has been settled for `SETTLE_AFTER`; of others nothing.
const LONG: usize = 100_000;

/// A late copy comes up to 16 puts later, and a batch that failed goes again within seconds.
const SETTLE_AFTER: Duration = Duration::from_secs(30);

/// Between two looks at what is settled, and at how much memory is taken.
const LOOK: Duration = Duration::from_millis(50);
const WEIGH: Duration = Duration::from_secs(1);

/// What is known of a run.
#[derive(Debug)]
pub(super) struct Observer {
    /// The embedded one, which is told what it may forget.
    kinesis: Option<Arc<Kinesis>>,
    records: usize,
    most_ahead: usize,
    trimmer: Option<Sender<Vec<(String, SequenceNumber)>>>,
    shards: Shards,
    pending: Pending,
    /// Of the spans that go elsewhere as well.
    forwarder: Option<Forwarder>,
    checker: Checker,
    traces: Traces,
    began: Instant,
    weighed: Option<Instant>,
    /// When a line about the progress was written, and how many records had been put.
    told: (Instant, usize),
    observed: Observed,
}

impl Observer {
    /// Of a run of so many records. While more than `most_ahead` are acknowledged and not settled, it takes no further line of
    /// the publisher, which then waits.
    pub(super) fn new(kinesis: &Opened, stream: &str, pending: Pending, records: usize, most_ahead: usize) -> Self {
        let settle_after = (records > LONG).then_some(SETTLE_AFTER);
        let now = Instant::now();
        Self {
            kinesis: kinesis.embedded.clone(),
            trimmer: kinesis.embedded.clone().map(|kinesis| trimmer::start(kinesis, stream.to_owned())),
            records,
            most_ahead,
            shards: Shards::new(kinesis.client.clone(), stream.to_owned()),
            pending,
            forwarder: None,
            checker: Checker::new(CheckerSettings { settle_after, ..CheckerSettings::default() }),
            traces: Traces::new(),
            began: now,
            weighed: None,
            told: (now, 0),
            observed: Observed::default(),
        }
    }

    /// Of a run whose spans also go elsewhere. While too many of them wait, it takes no further line either.
    pub(super) fn forwarding_by(self, forwarder: Option<Forwarder>) -> Self {
        Self { forwarder, ..self }
    }

    /// Observes until everything has come, and tells, once all lines of the publisher have, which records are not settled.
    pub(super) async fn run(
        mut self,
        mut feeds: Feeds,
        published: oneshot::Sender<Vec<(String, SequenceNumber)>>,
    ) -> Result<(Verdict, Observed), StreamError> {
        let mut published = Some(published);
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut log_is_open, mut invocations) = (true, None);
        let (mut produced, mut log) = (Vec::new(), Vec::new());
        while published.is_some() || log_is_open || invocations.is_none() || !feeds.spans.is_empty() {
            tokio::select! {
                count = feeds.produced.recv_many(&mut produced, 256), if published.is_some() && self.has_room() => {
                    if count == 0 {
                        self.pending.refresh();
                        drop(published.take().map(|published| published.send(self.pending.records())));
                    }
                    self.produced(&mut produced).await?;
                }
                count = feeds.log.recv_many(&mut log, 256), if log_is_open => {
                    log_is_open = count > 0;
                    self.logged(&mut log).await?;
                }
                Some(spans) = feeds.spans.recv() => spans.iter().for_each(|span| self.traces.arrived(span)),
                end = &mut feeds.end, if invocations.is_none() => {
                    invocations = Some(end.unwrap_or_default());
                    feeds.spans.close();
                }
                _ = looks.tick() => self.look(),
            }
        }
        self.look();
        self.observed.counts = self.traces.finish(invocations.unwrap_or_default());
        Ok((self.checker.finish(), self.observed))
    }

    fn has_room(&self) -> bool {
        self.pending.len() < self.most_ahead && self.forwarder.as_ref().is_none_or(Forwarder::has_room)
    }

    async fn produced(&mut self, lines: &mut Vec<Produce>) -> Result<(), StreamError> {
        for line in lines.drain(..) {
            self.observed.produced += 1;
            if let Some(place) = line.sub_sequence_number {
                self.observed.packed += 1;
                self.observed.aggregates += usize::from(place == 0);
            }
            if let (PutOutcome::Acknowledged, Some(shard), Some(number)) =
                (line.outcome, &line.shard, &line.sequence_number)
            {
                self.shards.describe(shard, &mut self.checker).await?;
                self.pending.add(shard, number);
                self.traces.produced(&line);
            }
            self.checker.add(Event::Produce(line));
        }
        Ok(())
    }

    async fn logged(&mut self, lines: &mut Vec<LogLine>) -> Result<(), StreamError> {
        for LogLine { stream, line, .. } in lines.drain(..) {
            match (stream, serde_json::from_str(&line)) {
                (LogStream::Stdout, Ok(Event::Process(line))) => self.processed(line).await?,
                (LogStream::Stdout, _) => {}
                (LogStream::Stderr, _) => self.observed.complain(line),
            }
        }
        Ok(())
    }

    async fn processed(&mut self, line: Process) -> Result<(), StreamError> {
        self.observed.processed += 1;
        self.shards.describe(&line.shard, &mut self.checker).await?;
        self.traces.processed(&line);
        self.checker.add(Event::Process(line));
        Ok(())
    }

    /// Forgets what is settled, has the stream forget it, and tells how far the run has come if it takes long.
    fn look(&mut self) {
        let most = &mut self.observed.most;
        most.pending = most.pending.max(self.pending.len());
        most.traces = most.traces.max(self.traces.waiting());
        most.stored = most.stored.max(self.kinesis.as_ref().map_or(0, |kinesis| kinesis.stored()));
        self.pending.refresh();
        self.trim();
        if self.weighed.is_none_or(|at| at.elapsed() >= WEIGH) {
            self.weighed = Some(Instant::now());
            self.observed.most.memory = self.observed.most.memory.max(memory::resident());
        }
        if self.told.0.elapsed() >= INTERVAL {
            eprintln!("{}", self.progress().line());
            self.told = (Instant::now(), self.observed.produced);
        }
    }

    /// Has the stream forget what the mapping is done with, unless it is still about the time before.
    fn trim(&mut self) {
        if let Some(trimmer) = &self.trimmer {
            let _ = trimmer.try_send(self.pending.settled_through());
        }
    }

    fn progress(&self) -> Progress {
        Progress {
            records: self.records,
            put: self.observed.produced,
            processed: self.observed.processed,
            joined: self.traces.joined(),
            elapsed: self.began.elapsed(),
            lately: self.observed.produced - self.told.1,
            memory: memory::resident(),
        }
    }
}
