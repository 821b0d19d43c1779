//! What is kept of a run, how it is added to, and how it is forgotten.

use std::collections::{HashMap, VecDeque};

use kinetrace::history::{Process, Shard, Timestamp};
use kinetrace_testbed::checker::Verdict;
use kinetrace_testbed::environment::LogLine;

use super::about::{FunctionAbout, Mapping, MappingAbout};
use super::aside::Aside;
use super::attempts::Attempt;
use super::carried::Reading;
use super::environments::Environments;
use super::ids::SpanId;
use super::invocations::Invocations;
use super::ledger::Ledger;
use super::logs::{self, Logs, Source};
use super::present::Present;
use super::records::Records;
use super::shards::Shards;
use super::spans::Spans;
use super::table::Table;

/// What is known of a run. Functions and mappings are named by their place in the lists it was made with.
#[derive(Debug)]
pub(crate) struct Model {
    pub(in crate::page) title: String,
    pub(super) keep: usize,
    /// When there are more, those that nothing names are forgotten.
    pub(super) most_texts: usize,
    /// Whether the run is over.
    pub(in crate::page) is_over: bool,
    pub(in crate::page) ledger: Ledger,
    pub(in crate::page) functions: Vec<FunctionAbout>,
    pub(in crate::page) mappings: Vec<Mapping>,
    /// When one was added to either, last.
    pub(in crate::page) about_changed: u64,
    pub(in crate::page) shards: Shards,
    pub(in crate::page) records: Records,
    pub(super) aside: Aside,
    pub(in crate::page) attempts: Table<Attempt>,
    pub(in crate::page) invocations: Invocations,
    pub(super) environments: Environments,
    pub(in crate::page) spans: Spans,
    pub(in crate::page) logs: Logs,
    pub(super) present: Present,
    /// Processings whose invocation is not known yet.
    pub(super) held: VecDeque<Process>,
    pub(in crate::page) verdict: Option<(u64, Verdict)>,
    /// By the span with which it was sent, the record.
    pub(super) sent: HashMap<SpanId, u64>,
    pub(in crate::page) reading: Reading,
}

impl Model {
    /// Keeps the latest `keep` records, with what belongs to them.
    pub(crate) fn new(title: &str, keep: usize, functions: Vec<FunctionAbout>, mappings: Vec<MappingAbout>) -> Self {
        let mut ledger = Ledger::default();
        let mapping = |it: MappingAbout| Mapping {
            stream: ledger.place(&it.stream),
            function: it.function,
            settings: Some(it.settings),
            enabled: it.enabled,
        };
        let mappings = mappings.into_iter().map(mapping).collect();
        let keep = keep.max(1);
        Self {
            title: title.to_owned(),
            keep,
            most_texts: 4 * keep + 4_096,
            is_over: false,
            ledger,
            functions,
            mappings,
            about_changed: 0,
            shards: Shards::default(),
            records: Records::default(),
            aside: Aside::default(),
            attempts: Table::default(),
            invocations: Invocations::default(),
            environments: Environments::default(),
            spans: Spans::default(),
            logs: Logs::default(),
            present: Present::sliding(),
            held: VecDeque::new(),
            verdict: None,
            sent: HashMap::new(),
            reading: Reading::default(),
        }
    }

    /// The same for a history, which tells by itself what functions there are. It needs [`finish`](Self::finish).
    pub(crate) fn of_history(title: &str, keep: usize) -> Self {
        Self { present: Present::whole(), ..Self::new(title, keep, Vec::new(), Vec::new()) }
    }

    /// The time is this now, whether anything happens or not.
    pub(crate) fn at(&mut self, now: Timestamp) {
        if self.ledger.has_begun() {
            self.ledger.see(now);
        }
    }

    /// A shard of a stream.
    pub(crate) fn shard(&mut self, line: &Shard) {
        self.ledger.cursor += 1;
        self.shards.describe(&mut self.ledger, line);
    }

    /// A shard refuses reads and writes until then.
    pub(crate) fn throttled(&mut self, stream: &str, shard: &str, until: Timestamp) {
        self.ledger.cursor += 1;
        let place = (self.ledger.place(stream), self.ledger.place(shard));
        self.shards.throttled(&mut self.ledger, place, until.0);
    }

    /// The collector answers nobody until then.
    pub(crate) fn collector_hangs(&mut self, until: Timestamp) {
        self.ledger.cursor += 1;
        self.present.collector_hangs = until.0;
    }

    /// So many spans and log records, of the whole run, came faster than they were taken.
    pub(crate) fn dropped(&mut self, count: u64) {
        if self.present.dropped != count {
            self.ledger.cursor += 1;
            self.present.dropped = count;
        }
    }

    /// A function has written a line.
    pub(crate) fn log(&mut self, function: usize, at: Timestamp, line: &LogLine) {
        self.ledger.cursor += 1;
        self.ledger.see(at);
        let request = self.environments.request(function, line.environment).to_owned();
        let source = Source::Function { function, environment: line.environment, stream: line.stream, request };
        self.logs.push(self.ledger.cursor, logs::Row { at: at.0, source, line: line.line.clone() });
    }

    /// What the checker says.
    pub(crate) fn verdict(&mut self, verdict: &Verdict) {
        self.ledger.cursor += 1;
        self.verdict = Some((self.ledger.cursor, verdict.clone()));
    }

    /// Brings a record's state up to date.
    pub(super) fn settle(&mut self, id: u64) {
        let Some(record) = self.records.table.get_mut(id) else { return };
        let mappings = self.mappings.iter().filter(|it| it.enabled && it.stream == record.stream);
        let (old, new) = (record.state, record.standings.state(mappings.count()));
        if old == new {
            return;
        }
        record.state = new;
        let place = (record.stream, record.shard);
        self.records.states.add(self.ledger.cursor, id);
        self.shards.moved(place, id, Some(old), Some(new));
        self.present.totals.moved(old, new);
    }
}
