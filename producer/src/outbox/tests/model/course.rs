//! What may happen next, and what it leads to.
//!
//! The clock stands still, or no two states would be the same: waits are over for [`Action::AskLater`], and not yet for
//! [`Action::Ask`]. Only [`Action::HourPasses`] moves it, further than any record is tried again, and past the deadline of
//! a batch.

use stateright::{Model, Property};

use super::super::stream::Item;
use super::super::{invalid, refused};
use super::world::{self, Done, World};
use super::{HOUR, Setup, properties};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Produce(Item),
    /// The worker asks for the next request.
    Ask,
    /// It looks for batches whose time is up, as it does whenever it asks.
    Expire,
    /// It asks when all waits are over.
    AskLater,
    /// Kinesis commits the entry that begins with this record.
    Commit(Item),
    /// It throttles that entry.
    Refuse(Item),
    /// The answer to the request that begins with this record comes: each entry is committed or refused.
    Answer(Item),
    /// Kinesis throttles the whole call.
    Throttle(Item),
    /// It takes something in the request for invalid.
    Reject(Item),
    /// No answer comes. What is not committed yet may be later.
    TimeOut(Item),
    /// An entry is committed for whose answer nobody waits any more.
    CommitLate(Item),
    Split,
    HourPasses,
    /// The caller learns that this record came back, or has dropped its delivery.
    Tell(Item),
    /// A caller has the key go on.
    Resume(char),
}

impl Setup {
    /// The next record, the keys taking turns.
    fn next_item(&self, world: &World, limit: u8) -> Option<Item> {
        let produced = |key| world.produced.iter().filter(|item| item.key == key).count();
        let next = self.keys.iter().map(|key| (produced(*key), *key)).min()?;
        let item = Item { key: next.1, number: u8::try_from(next.0).ok()? };
        (item.number < limit).then_some(item)
    }

    /// All that happens, or the first thing only.
    fn any<T>(&self, choices: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        choices.into_iter().take(if self.entries_in_order { 1 } else { usize::MAX })
    }

    fn ask(&self, world: &World, actions: &mut Vec<Action>) {
        if world.requests.len() < self.in_flight {
            actions.push(Action::Ask);
            actions.extend(world.outbox.waiting.first().map(|_| Action::AskLater));
        }
        actions.extend(world.is_time_up(self.now(world)).then_some(Action::Expire));
    }

    fn serve(&self, world: &World, actions: &mut Vec<Action>) {
        for request in &world.requests {
            actions.extend(self.any(request.open()).map(Action::Commit));
            if request.open().next().is_none() {
                actions.push(Action::Answer(request.first()));
            }
        }
        actions.extend(self.any(world.late()).map(Action::CommitLate));
        if !world.stream.has_children() {
            actions.push(Action::Split);
        }
    }

    fn go_on(&self, world: &World, actions: &mut Vec<Action>) {
        actions.extend(world.untold().map(Action::Tell));
        if world.resumes() < self.resumes {
            actions.extend(self.keys.iter().map(|key| Action::Resume(*key)));
        }
    }

    fn fail(&self, world: &World, actions: &mut Vec<Action>) {
        if world.faults == 0 || world.requests.is_empty() {
            return;
        }
        actions.push(Action::HourPasses);
        for request in &world.requests {
            let first = request.first();
            actions.extend(self.any(request.open()).map(Action::Refuse));
            actions.push(Action::TimeOut(first));
            if request.is_untouched() {
                actions.extend([Action::Throttle(first), Action::Reject(first)]);
            }
        }
    }
}

impl Model for Setup {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let mut world = World::new(self.policy, self.faults);
        if let Some(hours) = self.batches {
            world.begin_batches(hours.map(|hours| HOUR * hours - HOUR / 4), self.began);
        }
        while let Some(item) = self.next_item(&world, self.at_start) {
            let entry = self.entry(&world, item);
            world.produce(entry);
        }
        vec![world]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        actions.extend(self.next_item(world, self.each).map(Action::Produce));
        self.ask(world, actions);
        self.serve(world, actions);
        self.fail(world, actions);
        self.go_on(world, actions);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let (mut world, now) = (world.clone(), self.now(world));
        match action {
            Action::Produce(item) => world.produce(self.entry(&world, item)),
            Action::Ask => world.ask(now)?,
            Action::AskLater => world.ask(now + HOUR / 2)?,
            Action::Expire => world.expire(now),
            Action::Commit(first) => world.commit(first)?,
            Action::Answer(first) => world.answer(first, now, Done::attempt)?,
            Action::CommitLate(first) => world.commit_late(first)?,
            Action::Split => world.stream.split(world::place('a')),
            Action::Refuse(first) => world.fault().refuse(first)?,
            Action::Throttle(first) => world.fault().answer(first, now, |_| refused())?,
            Action::Reject(first) => world.fault().answer(first, now, |_| invalid())?,
            Action::TimeOut(first) => world.fault().time_out(first, now)?,
            Action::HourPasses => world.fault().hours += 1,
            Action::Tell(item) => world.tell(item)?,
            Action::Resume(key) => world.resume(key)?,
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self)
    }
}
