//! Where lines go: to the checker, to the page, and into the history file.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use bytes::Bytes;
use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Process, ProcessOutcome, Produce, PutOutcome, Shard};
use kinetrace_testbed::checker::{Checker, CheckerSettings, Verdict};
use kinetrace_testbed::kinesis;
use tokio::task::JoinHandle;

use super::expected::Expected;
use super::history_file::HistoryFile;
use crate::page::Model;

/// Longer than a line is late, and than redeliveries take as a rule.
const SETTLE_AFTER: Duration = Duration::from_secs(20);

/// With so many lines that are not settled, those of records that are lost are forgotten, too.
const MANY: usize = 200_000;

/// So many violations of each property lead to their records on the page.
const NAMED: usize = 200;

/// All lines so far, as far as they are needed.
#[derive(Debug)]
pub(super) struct Ledger {
    client: Client,
    /// Streams that a mapping reads. What is put into another is not expected to be processed.
    read: HashSet<String>,
    /// Streams and shards that are described.
    described: HashSet<(String, String)>,
    checker: Checker,
    history: Option<HistoryFile>,
    model: Arc<Mutex<Model>>,
    pub(super) counts: Counts,
}

/// How much there was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) put: u64,
    /// Processings that succeeded.
    pub(super) processed: u64,
    pub(super) failed: u64,
}

impl Ledger {
    pub(super) fn new(
        client: Client,
        read: HashSet<String>,
        history: Option<HistoryFile>,
        model: Arc<Mutex<Model>>,
    ) -> Self {
        let settings =
            CheckerSettings { settle_after: Some(SETTLE_AFTER), most_named: NAMED, ..CheckerSettings::default() };
        let (described, checker) = (HashSet::new(), Checker::new(settings));
        Self { client, read, described, checker, history, model, counts: Counts::default() }
    }

    /// A put has ended; `data` is what the stream has of the record.
    pub(super) async fn put(&mut self, line: Produce, data: Option<&Bytes>) {
        self.counts.put += u64::from(line.outcome == PutOutcome::Acknowledged);
        if let Some(shard) = &line.shard {
            self.describe(&line.stream, shard).await;
        }
        self.model().put(&line, data);
        if self.read.contains(&line.stream) {
            self.add(Event::Produce(line));
        }
    }

    /// A record was processed.
    pub(super) async fn process(&mut self, line: Process) {
        match line.outcome {
            ProcessOutcome::Succeeded => self.counts.processed += 1,
            ProcessOutcome::Failed => self.counts.failed += 1,
            _ => {}
        }
        self.describe(&line.stream, &line.shard).await;
        self.model().process(&line);
        self.add(Event::Process(line));
    }

    /// Tells the page the verdict on what there is so far, as soon as it is found. More is expected of some records.
    pub(super) fn judge(&mut self, expected: Expected) -> JoinHandle<()> {
        let is_expected = move |stream: &str, shard: &str, number: &SequenceNumber| expected.has(stream, shard, number);
        if self.checker.unsettled() > MANY {
            self.checker.give_up(&is_expected);
        }
        let (checker, model) = (self.checker.clone(), Arc::clone(&self.model));
        tokio::task::spawn_blocking(move || {
            let verdict = checker.into_so_far(&is_expected);
            model.lock().unwrap_or_else(PoisonError::into_inner).verdict(&verdict);
        })
    }

    /// The verdict, and why the history is not whole. Records that still wait for their mapping are not lost.
    pub(super) fn finish(mut self, waiting: &HashSet<(String, String, SequenceNumber)>) -> (Verdict, Option<String>) {
        let failure = self.history.as_mut().and_then(HistoryFile::finish);
        let verdict = if waiting.is_empty() {
            self.checker.finish()
        } else {
            self.checker.into_so_far(&|stream, shard, number| {
                waiting.contains(&(stream.to_owned(), shard.to_owned(), number.clone()))
            })
        };
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        // What still waits may yet come to anything, so only a run without it is over.
        if waiting.is_empty() {
            model.end();
        }
        model.verdict(&verdict);
        drop(model);
        (verdict, failure)
    }

    /// Has the history written now and then.
    pub(super) fn look(&mut self, now: u64) {
        if let Some(history) = &mut self.history {
            history.look(now);
        }
    }

    /// A shard comes before its first record.
    pub(super) async fn describe(&mut self, stream: &str, shard: &str) {
        let named = (stream.to_owned(), shard.to_owned());
        if self.described.contains(&named) {
            return;
        }
        // A stream that is not here has no shards: a function may write to another Kinesis.
        for shard in kinesis::shards(&self.client, stream).await.unwrap_or_default() {
            if self.described.insert((shard.stream.clone(), shard.shard.clone())) {
                self.describe_one(shard);
            }
        }
        // Were it not listed, it would be asked for with every line.
        self.described.insert(named);
    }

    fn describe_one(&mut self, shard: Shard) {
        self.model().shard(&shard);
        if self.read.contains(&shard.stream) {
            self.add(Event::Shard(shard));
        }
    }

    fn add(&mut self, event: Event) {
        if let Some(history) = &mut self.history {
            history.add(&event);
        }
        self.checker.add(event);
    }

    pub(super) fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
