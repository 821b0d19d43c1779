//! How a handler fails, and on which records: on each of them once. Who is asked again after that need not be the process
//! that failed, so what has failed is noted in files.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kinetrace::history::ProcessOutcome;
use kinetrace_consumer::dead_letters::DeadLetter;
use kinetrace_consumer::{Batch, BatchFailure, Failure, Record};
use serde::{Deserialize, Serialize};

/// What happens to the first attempt at some records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// The handler returns an error.
    Error,
    /// It panics.
    Panic,
    /// It awaits what never comes, until the consumer cuts it off before the deadline.
    Hang,
    /// It never returns to the runtime, so that nothing but Lambda's own timeout ends it, and the process with it.
    Block,
    /// Its environment is killed meanwhile.
    Kill,
    /// It has the record skipped, whenever it comes.
    Skip,
    /// The same, and a dead-letter queue takes the record before it is gone.
    Keep,
    /// The same, but the queue refuses each record once.
    Refuse,
    /// Of a batch: it returns an error that does not say which record failed.
    Whole,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Error => "error",
            Kind::Panic => "panic",
            Kind::Hang => "hang",
            Kind::Block => "block",
            Kind::Kill => "kill",
            Kind::Skip => "skip",
            Kind::Keep => "keep",
            Kind::Refuse => "refuse",
            Kind::Whole => "whole",
        }
    }

    /// What the consumer's line about such a record says; `None` if there is nobody left to write one.
    pub(crate) fn complaint(self) -> Option<&'static str> {
        match self {
            Kind::Error | Kind::Skip | Kind::Keep | Kind::Refuse | Kind::Whole => Some("as asked"),
            Kind::Panic => Some("panicked: as asked"),
            Kind::Hang => Some("cut off because the invocation's time was up"),
            Kind::Block | Kind::Kill => None,
        }
    }

    /// Whether such a record is skipped, instead of processed when it comes again.
    pub(crate) fn is_skip(self) -> bool {
        matches!(self, Kind::Skip | Kind::Keep | Kind::Refuse)
    }

    /// The outcome in that line.
    pub(crate) fn outcome(self) -> ProcessOutcome {
        if self.is_skip() { ProcessOutcome::SkippedByHandler } else { ProcessOutcome::Failed }
    }

    /// The function's timeout: where it is waited for, short.
    pub(crate) fn timeout(self) -> Duration {
        Duration::from_secs(if self.waits() { 2 } else { 30 })
    }

    /// Whether most of its time passes until an invocation is cut off.
    pub(crate) fn waits(self) -> bool {
        matches!(self, Kind::Hang | Kind::Block)
    }

    /// Of so many records, how many fail: one in a hundred, or a few where each costs a process or a timeout, or more where
    /// they cost nothing.
    pub(crate) fn how_many(self, records: usize) -> usize {
        match self {
            Kind::Error | Kind::Panic | Kind::Refuse | Kind::Whole => records / 100,
            Kind::Skip | Kind::Keep => records / 20,
            Kind::Hang | Kind::Block => 2,
            Kind::Kill => 3,
        }
    }
}

/// Asks the reader of the log to kill this process.
pub(crate) const KILL_ME: &str = "kill me";

/// What a record holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) number: usize,
}

/// What is to fail, as the processes are told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    /// The records that fail when they come for the first time, or are skipped.
    pub(crate) records: BTreeSet<usize>,
    /// Holds a file for each of them that has, and for each letter: as many bytes as it was handed over.
    pub(crate) marks: PathBuf,
    /// Whether the business code gets the records of a shard as one batch.
    pub(crate) by_batch: bool,
}

impl Plan {
    /// As the seed decides.
    pub(crate) fn new(kind: Kind, by_batch: bool, records: usize, seed: u64, marks: &Path) -> Self {
        let numbers = fastrand::Rng::with_seed(seed).choose_multiple(0..records, kind.how_many(records));
        Self { kind, records: numbers.into_iter().collect(), marks: marks.to_owned(), by_batch }
    }

    /// How many records have failed so far.
    pub(crate) fn failed(&self) -> usize {
        self.records.iter().filter(|number| self.marked(&number.to_string()) > 0).count()
    }

    /// How often the handler was to skip this record, and how often the queue was to keep it.
    pub(crate) fn skipped(&self, number: usize) -> (u64, u64) {
        (self.marked(&number.to_string()), self.marked(&letter(number)))
    }

    fn marked(&self, name: &str) -> u64 {
        self.marks.join(name).metadata().map_or(0, |file| file.len())
    }

    /// How often it was marked by now. A record is never at work twice at a time, or the checker says so.
    fn mark(&self, name: &str) -> io::Result<u64> {
        let mut file = OpenOptions::new().append(true).create(true).open(self.marks.join(name))?;
        file.write_all(b"x")?;
        Ok(file.metadata()?.len())
    }

    /// The business code.
    pub(crate) async fn handle(&self, record: Record) -> Result<(), Failure> {
        let Payload { number } = record.json()?;
        // Records take different times, or those that run at once would end in the order in which they began.
        for _ in 0..number % 4 {
            tokio::task::yield_now().await;
        }
        if number.is_multiple_of(16) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let fails = self.records.contains(&number) && (self.mark(&number.to_string())? == 1 || self.kind.is_skip());
        if fails { self.fail().await } else { Ok(()) }
    }

    /// The same, of a batch: records before one that fails are done, where the kind of failure lets a handler say so.
    pub(crate) async fn handle_batch(&self, batch: Batch) -> Result<(), BatchFailure> {
        for (index, record) in batch.into_iter().enumerate() {
            match self.handle(record).await {
                Err(failure) if self.kind == Kind::Whole => return Err(io::Error::other(failure.to_string()).into()),
                handled => handled.map_err(|failure| BatchFailure::at(index, failure))?,
            }
        }
        Ok(())
    }

    /// The dead-letter queue.
    pub(crate) async fn keep(&self, dead: DeadLetter) -> Result<(), Failure> {
        tokio::task::yield_now().await;
        let Payload { number } = dead.record.json()?;
        let is_first_time = self.mark(&letter(number))? == 1;
        if is_first_time && self.kind == Kind::Refuse { Err(Failure::retry("as asked")) } else { Ok(()) }
    }

    async fn fail(&self) -> Result<(), Failure> {
        match self.kind {
            Kind::Error | Kind::Whole => Err(Failure::retry("as asked")),
            Kind::Skip | Kind::Keep | Kind::Refuse => Err(Failure::skip("as asked")),
            Kind::Panic => panic!("as asked"),
            Kind::Hang => std::future::pending().await,
            Kind::Block => loop {
                std::thread::park();
            },
            Kind::Kill => {
                writeln!(io::stdout(), "{KILL_ME}")?;
                std::future::pending().await
            }
        }
    }
}

fn letter(number: usize) -> String {
    format!("letter-{number}")
}
