//! Records that were not tried before, and when they go.

use std::collections::{BTreeSet, HashSet};

use super::super::batch::Batch;
use super::super::record::Record;
use super::super::settings::Settings;
use super::super::tumbling::{PATIENCE, Tumbling, WindowMembers};
use super::waiting::{Draft, Hold, Waiting};

/// What waits of a shard, and the window that it is in.
#[derive(Debug)]
pub(super) struct Supply {
    batch_size: usize,
    batches_at_once: usize,
    /// How long records are gathered, in milliseconds.
    gathering: i64,
    pub(super) waiting: Waiting,
    tumbling: Option<Tumbling>,
    /// What time it is, and when a read last found nothing more, in milliseconds since the Unix epoch.
    now: i64,
    caught_up: i64,
    /// Whether there will be no further records.
    ended: bool,
}

impl Supply {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            batch_size: settings.batch_size,
            batches_at_once: settings.batches_at_once(),
            gathering: i64::try_from(settings.maximum_batching_window.as_millis()).unwrap_or(i64::MAX),
            waiting: Waiting::default(),
            tumbling: settings.window().map(Tumbling::new),
            now: 0,
            caught_up: 0,
            ended: false,
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.now
    }

    pub(super) fn tick(&mut self, now: i64) {
        self.now = now;
    }

    pub(super) fn caught_up(&mut self) {
        self.caught_up = self.now;
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Whether nothing waits, no lane is held, and no window is open.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && !self.tumbling.as_ref().is_some_and(Tumbling::is_open)
    }

    pub(super) fn push(&mut self, record: Record) {
        let lane = self.lane_of(&record).to_owned();
        self.waiting.push(&lane, record, self.now);
    }

    /// A record without a partition key counts as one whose key is empty.
    pub(super) fn lane_of<'r>(&self, record: &'r Record) -> &'r str {
        if self.batches_at_once == 1 { "" } else { record.partition_key.as_deref().unwrap_or_default() }
    }

    /// Takes the lanes of records for a batch, and gives back those that other batches hold.
    pub(super) fn hold(&mut self, records: &[Record]) -> HashSet<String> {
        let lanes: BTreeSet<_> = records.iter().map(|record| self.lane_of(record)).collect();
        lanes.into_iter().filter(|lane| self.waiting.hold(lane) == Hold::Busy).map(str::to_owned).collect()
    }

    /// How many idle lanes a batch may be drawn from now. `is_held_up` is whether another batch waits to go again.
    pub(super) fn choices(&self, is_held_up: bool) -> usize {
        // With a window, what failed goes before all others: its end, too, holds the shard up.
        let is_held_up = self.tumbling.is_some() && is_held_up;
        if !is_held_up && self.is_ripe() { self.waiting.idle() } else { 0 }
    }

    /// A batch of some idle lanes, so that there is work for the other free places too. A batch that was waited for is as
    /// large as it can be.
    pub(super) fn draw(&mut self, places: usize, rng: &mut fastrand::Rng) -> Batch {
        let idle = self.waiting.idle();
        let lanes = if self.gathering > 0 { idle } else { idle.div_ceil(places) };
        let mut draft = Draft::new(self.batch_size);
        for _ in 0..lanes {
            let lane = self.waiting.take(rng.usize(..self.waiting.idle()));
            let taken = draft.records.len();
            let tumbling = self.tumbling.as_ref();
            self.waiting.draw(&lane, &mut draft, |draft, record| {
                let first = draft.records.first().unwrap_or(record);
                tumbling.is_none_or(|tumbling| tumbling.admits(first.arrival_millis, record.arrival_millis))
            });
            if draft.records.len() == taken {
                self.waiting.put_back(lane);
                break;
            }
        }
        let mut records = draft.records;
        records.sort_by(|a, b| a.sequence_number.cmp(&b.sequence_number));
        Batch::fresh(records)
    }

    /// When records have been gathered for long enough, if that is what they wait for.
    pub(super) fn due(&self) -> Option<i64> {
        self.waiting.oldest().filter(|_| !self.is_ripe()).map(|oldest| oldest + self.gathering)
    }

    /// Whether records that were not tried before need not be waited for any longer. Lambda gathers them until there is a
    /// full batch, the batching window expires, or the batch reaches the limit of an event:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching>.
    /// The window begins when the first record is read that has not gone to the function.
    fn is_ripe(&self) -> bool {
        let is_overdue = || self.waiting.oldest().is_some_and(|oldest| oldest + self.gathering <= self.now);
        self.gathering == 0 || self.ended || is_overdue() || self.waiting.fill(self.batch_size) || self.is_window_full()
    }

    /// Whether a record of a later window waits, so that a batch of this window cannot grow any more.
    fn is_window_full(&self) -> bool {
        let (Some(tumbling), Some(first)) = (&self.tumbling, self.waiting.first()) else { return false };
        self.waiting.any(|record| !tumbling.admits(first.arrival_millis, record.arrival_millis))
    }

    /// Whether the function is to be told that the window is over.
    pub(super) fn is_window_over(&self) -> bool {
        let next = self.waiting.first().map(|record| record.arrival_millis);
        self.tumbling.as_ref().is_some_and(|tumbling| tumbling.is_over(next, self.caught_up, self.ended))
    }

    /// Opens the window of these records, unless one is open. How long it stays open for want of more is left to chance.
    pub(super) fn open_window(&mut self, records: &[Record], rng: &mut fastrand::Rng) {
        if let (Some(tumbling), Some(first)) = (&mut self.tumbling, records.first()) {
            tumbling.open(first.arrival_millis, || rng.i64(0..=PATIENCE));
        }
    }

    /// What an invocation with these records has to know of its window.
    pub(super) fn window(&self, records: &[Record]) -> Option<WindowMembers> {
        self.tumbling.as_ref()?.members(!records.is_empty())
    }

    pub(super) fn keep_state(&mut self, state: Option<String>) {
        if let (Some(tumbling), Some(state)) = (&mut self.tumbling, state) {
            tumbling.keep(state);
        }
    }

    pub(super) fn close_window(&mut self) {
        self.tumbling.iter_mut().for_each(Tumbling::close);
    }
}
