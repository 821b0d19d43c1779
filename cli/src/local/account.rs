//! What reports come to: lines for the ledger, what is told, and what is kept.

use std::collections::HashSet;
use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Process, Produce, Timestamp};
use kinetrace_testbed::checker::Verdict;
use kinetrace_testbed::environment::{LogLine, LogStream};
use kinetrace_testbed::event_source_mapping::Happening;
use kinetrace_testbed::function::FunctionHappening;
use kinetrace_testbed::kinesis::puts::Put;

use super::backlog::Backlog;
use super::judge::Judge;
use super::ledger::Ledger;
use super::on_failure::OnFailureFolder;
use super::told::Told;
use super::witness::Witness;

/// The access key of the embedded Kinesis' own client, which puts the input.
const INPUT: &str = "testbed";

/// Everything that is known of the records of a run.
#[derive(Debug)]
pub(super) struct Account {
    /// The functions' names, by place: also their access keys.
    pub(super) functions: Vec<Arc<str>>,
    pub(super) witness: Witness,
    pub(super) backlog: Backlog,
    pub(super) ledger: Ledger,
    pub(super) told: Told,
    pub(super) on_failure: Option<OnFailureFolder>,
    pub(super) judge: Judge,
}

impl Account {
    /// A client has put a record.
    pub(super) fn put(&mut self, put: Put) {
        let Self { witness, backlog, judge, .. } = self;
        witness.put(put, now(), |stream, shard, number| {
            backlog.add(stream, shard, number);
            judge.expect(stream, shard, number);
        });
    }

    /// A mapping did something.
    pub(super) async fn mapping(&mut self, mapping: usize, at: Timestamp, happening: &Happening) {
        if let Some(mapped) = self.witness.mapped(mapping) {
            // Before its first record, or the page would know neither range nor parents of a shard that a split has made.
            if let Happening::ShardStarted { shard } = happening {
                self.ledger.describe(&mapped.stream, shard).await;
            }
            self.told.mapping(mapped, happening);
        }
        self.witness.mapping(mapping, at, happening, now());
        if let (Happening::Discarded(discard), Some(folder)) = (happening, &self.on_failure) {
            let request_id = discard.invocation.and_then(|number| self.witness.request_id(mapping, number));
            self.told.kept(folder.keep(mapping, discard, request_id.as_deref()));
        }
        self.ledger.model().mapping(mapping, at, happening);
    }

    /// Something happened in an environment.
    pub(super) fn function(&mut self, function: usize, at: Timestamp, happening: &FunctionHappening) {
        self.witness.function(at, happening, now());
        self.ledger.model().function(function, at, happening);
    }

    /// A line of our own input.
    pub(super) async fn input(&mut self, line: Event) {
        self.own(line, &Arc::from(INPUT)).await;
    }

    /// A function has written a line.
    pub(super) async fn line(&mut self, function: usize, at: Timestamp, line: &LogLine) {
        let is_event = line.stream == LogStream::Stdout && line.line.starts_with(r#"{"event":"#);
        match is_event.then(|| serde_json::from_str(&line.line)) {
            Some(Ok(event)) => self.own(event, &self.functions[function].clone()).await,
            _ => {
                self.told.line(&self.functions[function], line);
                self.ledger.model().log(function, at, line);
            }
        }
    }

    /// A line of the producer or the function itself.
    async fn own(&mut self, line: Event, access_key: &Arc<str>) {
        if !self.witness.own(&line, access_key) {
            return;
        }
        match line {
            Event::Produce(line) => self.tell((vec![line], Vec::new())).await,
            Event::Process(line) => self.ledger.process(line).await,
            _ => {}
        }
    }

    async fn tell(&mut self, (puts, processings): (Vec<Produce>, Vec<Process>)) {
        for line in puts {
            let data = self.witness.data(&line);
            self.ledger.put(line, data.as_ref()).await;
        }
        for line in processings {
            self.ledger.process(line).await;
        }
    }

    /// What can be said by now, and how many records wait for a mapping.
    pub(super) async fn look(&mut self) -> usize {
        let now = now();
        let due = self.witness.due(now);
        self.tell(due).await;
        self.ledger.look(now);
        self.backlog.look();
        let waiting = self.backlog.waiting();
        self.told.progress(self.ledger.counts, waiting);
        self.judge.look(&mut self.ledger, self.backlog.records(), now);
        waiting
    }

    /// Nothing more will come: the verdict, how many records no mapping is done with, and why the history is not whole.
    pub(super) async fn end(mut self) -> (Verdict, usize, Option<String>) {
        let rest = self.witness.rest();
        self.tell(rest).await;
        self.backlog.look();
        let left = self.backlog.records().map(|(stream, shard, number)| (stream.to_owned(), shard, number));
        let left: HashSet<(String, String, SequenceNumber)> = left.collect();
        let (verdict, history) = self.ledger.finish(&left);
        (verdict, left.len(), history)
    }
}

/// Since when a line waits counts from here: what was reported before may have waited itself.
fn now() -> u64 {
    Timestamp::now().0
}
