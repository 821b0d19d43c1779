//! Takes lines, and forgets what is settled.

use std::sync::Arc;

use kinetrace::history::Event;

use super::checker::Checker;
use super::completeness::Lack;
use super::line::latest;
use super::oddity::oddities;
use super::processing::Processing;
use super::put::Put;

impl Checker {
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
            Event::Shard(shard) => self.shards.insert(&shard, Arc::make_mut(&mut self.names)),
            Event::Partitions(partitions) => self.topics.insert(&partitions, Arc::make_mut(&mut self.names)),
            Event::Produce(produce) => {
                self.has_puts = true;
                // Without a place in its key's count it was refused before Kinesis was asked to take it.
                if let Some(order) = produce.order {
                    let put = Put::new(&produce, order, Arc::make_mut(&mut self.names));
                    if put.explicit_hash_key.is_some() {
                        self.placed_explicitly.insert(put.key);
                    }
                    self.puts.push(put);
                }
            }
            Event::Process(process) => {
                self.has_processings = true;
                let processing = Processing::new(&process, Arc::make_mut(&mut self.names));
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
}
