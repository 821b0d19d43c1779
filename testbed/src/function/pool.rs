//! The environments of a function that exist.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::build::Look;
use super::crashes::Crashes;
use super::deployed::Deployed;
use crate::environment::KillSwitch;

#[derive(Debug, Default)]
pub(super) struct Pool {
    /// The slots in which nothing is in flight, each as a handle on its environment. The one that has been idle longest is
    /// in front and comes next: it has had most time to flush its telemetry, and the batches of a shard get to meet
    /// different environments.
    idle: VecDeque<Arc<Deployed>>,
    running: BTreeMap<u32, KillSwitch>,
    next_id: u32,
    /// The watched files as they were when the current build was taken.
    pub(super) look: Look,
    /// The number of the current build.
    build: u64,
    /// Environments with an older build, which are being ended.
    retiring: JoinSet<()>,
    pub(super) crashes: Crashes,
}

impl Pool {
    pub(super) fn new(look: Look) -> Self {
        Self { look, ..Self::default() }
    }

    /// The slot that has been idle longest.
    pub(super) fn take(&mut self) -> Option<Arc<Deployed>> {
        self.idle.pop_front()
    }

    pub(super) fn has_idle(&self) -> bool {
        !self.idle.is_empty()
    }

    /// The numbers of the next environment and of the build that it runs.
    pub(super) fn next(&mut self) -> (u32, u64) {
        self.next_id += 1;
        (self.next_id - 1, self.build)
    }

    /// Takes in an environment with so many idle slots; the caller has another one.
    pub(super) fn add(&mut self, environment: &Arc<Deployed>, idle: u16) {
        self.running.retain(|_, process| process.is_running());
        self.running.insert(environment.id(), environment.kill_switch());
        (0..idle).for_each(|_| self.free(Arc::clone(environment)));
    }

    /// A slot has nothing in flight any more. Of an older build, the last one of an environment ends it.
    pub(super) fn free(&mut self, slot: Arc<Deployed>) {
        if slot.build() == self.build {
            self.idle.push_back(slot);
        } else if let Some(environment) = Arc::into_inner(slot) {
            while self.retiring.try_join_next().is_some() {}
            self.retiring.spawn(environment.shutdown());
        }
    }

    /// From now on another build is current. Returns whether there had been environments with the one before.
    pub(super) fn renew(&mut self, look: Look) -> bool {
        self.look = look;
        self.build += 1;
        self.crashes.forget();
        mem::take(&mut self.idle).into_iter().for_each(|slot| self.free(slot));
        self.next_id > 0
    }

    pub(super) fn process(&self, id: u32) -> Option<&KillSwitch> {
        self.running.get(&id)
    }

    /// All idle environments, and the ends of those with older builds.
    pub(super) fn clear(&mut self) -> (Vec<Deployed>, JoinSet<()>) {
        // Each environment by the last of its slots.
        let idle = mem::take(&mut self.idle).into_iter().filter_map(Arc::into_inner).collect();
        (idle, mem::take(&mut self.retiring))
    }
}
