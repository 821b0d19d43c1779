//! Collects a history and forgets what is settled.

use std::collections::HashMap;

use kinetrace::history::Event;

use super::completeness::Lack;
use super::functions::Functions;
use super::index::Index;
use super::last::Last;
use super::line::{Processing, Put, latest};
use super::names::{KeyId, Names};
use super::oddity::oddities;
use super::property::Property;
use super::settings::CheckerSettings;
use super::settled::Settled;
use super::shards::Shards;
use super::verdict::Verdict;
use super::{non_interference, placement};

/// Enough that looking costs little, and few enough that they take little room.
const LEAST: usize = 1 << 16;

/// Checks a history line by line.
///
/// A million lines take about 200 MiB if nothing is settled before the end. Otherwise it is as much for the lines that are
/// not settled, and less than a KiB for each key.
#[derive(Debug)]
pub struct Checker {
    pub(super) settings: CheckerSettings,
    pub(super) names: Names,
    pub(super) shards: Shards,
    pub(super) functions: Functions,
    /// Lines that are not settled.
    pub(super) puts: Vec<Put>,
    pub(super) processings: Vec<Processing>,
    /// What is left of the others.
    pub(super) settled: HashMap<KeyId, Settled>,
    pub(super) last: Last,
    /// The latest time that a line has named, in microseconds.
    pub(super) latest: u64,
    /// So many lines are collected at least before it is looked what of them is settled.
    pub(super) least: usize,
    /// So many it are the next time.
    enough: usize,
    pub(super) has_puts: bool,
    pub(super) has_processings: bool,
    pub(super) verdict: Verdict,
}

impl Checker {
    /// Has seen nothing yet.
    pub fn new(settings: CheckerSettings) -> Self {
        Self {
            settings,
            names: Names::default(),
            shards: Shards::default(),
            functions: Functions::default(),
            puts: Vec::new(),
            processings: Vec::new(),
            settled: HashMap::new(),
            last: Last::default(),
            latest: 0,
            least: LEAST,
            enough: 0,
            has_puts: false,
            has_processings: false,
            verdict: Verdict::default(),
        }
    }

    /// Takes a line. What is odd about it is in the verdict.
    pub fn add(&mut self, event: Event) {
        self.add_from(event, String::new);
    }

    /// The same for a line of a file; `origin` says which one, in front of what is odd about it.
    pub(super) fn add_from(&mut self, event: Event, origin: impl Fn() -> String) {
        for (lack, what) in oddities(&event) {
            self.verdict.completeness.add(lack, 1, || Some(origin() + &what));
        }
        self.latest = self.latest.max(latest(&event).unwrap_or_default());
        match event {
            Event::Shard(shard) => self.shards.insert(&shard, &mut self.names),
            Event::Produce(produce) => {
                self.has_puts = true;
                // Without a place in its key's count it was refused before Kinesis was asked to take it.
                if let Some(order) = produce.order {
                    self.puts.push(Put::new(&produce, order, &mut self.names));
                }
            }
            Event::Process(process) => {
                self.has_processings = true;
                let processing = Processing::new(&process, &mut self.names);
                self.functions.insert(&processing);
                self.processings.push(processing);
            }
        }
        self.settle_what_is_old();
    }

    /// Takes note of something that cannot be read, or is not there.
    pub(super) fn add_lack(&mut self, lack: Lack, what: impl FnOnce() -> String) {
        self.verdict.completeness.add(lack, 1, || Some(what()));
    }

    /// Whether no line was an event of a record.
    pub(super) fn is_empty(&self) -> bool {
        !self.has_puts && !self.has_processings
    }

    fn settle_what_is_old(&mut self) {
        let Some(age) = self.settings.settle_after else { return };
        if self.puts.len() + self.processings.len() < self.enough.max(self.least) {
            return;
        }
        let age = u64::try_from(age.as_micros()).unwrap_or(u64::MAX);
        if let Some(horizon) = self.latest.checked_sub(age) {
            self.settle(Some(horizon));
        }
        self.enough = 2 * (self.puts.len() + self.processings.len());
    }

    /// The verdict on all lines.
    pub fn finish(mut self) -> Verdict {
        self.conclude();
        self.verdict
    }

    /// The verdict on all lines, and what is another than in a run over the same input, for instance without tracing: the
    /// same record, by key and place in the key, must have had the same shard, payload and outcome. Names of streams and ids
    /// of producers may differ. Neither run may have settled anything before its end.
    pub fn finish_beside(mut self, mut baseline: Self) -> (Verdict, Property) {
        let (other, index) = (self.conclude(), baseline.conclude());
        let difference = non_interference::compare((&index, &baseline.names), (&other, &self.names));
        (self.verdict, difference)
    }

    fn conclude(&mut self) -> Index {
        let index = self.settle(None);
        self.verdict.placement.meaning = placement::meaning(!self.shards.is_empty());
        let completeness = &mut self.verdict.completeness;
        for (is_there, lack) in [(self.has_puts, Lack::Puts), (self.has_processings, Lack::Processings)] {
            if !is_there {
                completeness.add(lack, 1, || None);
            }
        }
        let unnamed = self.functions.unnamed();
        if unnamed > 0 {
            completeness.add(Lack::Functions, unnamed, || None);
        }
        index
    }
}
