//! What the publisher and its worker have in common.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_kinesis::Client;
use tokio::sync::{Notify, watch};

use super::counter::Counter;
use super::flush::Unanswered;
use super::pending::Pending;
use super::room::Room;
use super::settings::Settings;
use crate::outbox::Outbox;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) client: Client,
    state: Mutex<State>,
    /// Something changed that the worker should look at.
    pub(super) changed: Notify,
    /// Whether requests are to wait for their answers no longer.
    pub(super) cut_off: watch::Sender<bool>,
    /// The line about the first record that was given up has been written.
    pub(super) has_complained: AtomicBool,
    pub(super) room: Room,
    pub(super) unanswered: Arc<Unanswered>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) outbox: Outbox<Pending>,
    pub(super) counter: Counter,
    pub(super) closed: bool,
    /// As many requests are in flight as may be, and the worker goes on when one of them ends: it need not be woken for a
    /// record.
    pub(super) is_saturated: bool,
}

impl Shared {
    pub(super) fn new(client: Client, settings: Settings) -> Self {
        let (outbox, counter) = (Outbox::new(settings.policy), Counter::new(settings.max_keys));
        Self {
            room: Room::new(settings.buffer_bytes, settings.buffer_records),
            settings,
            client,
            state: Mutex::new(State { outbox, counter, closed: false, is_saturated: false }),
            changed: Notify::new(),
            cut_off: watch::Sender::default(),
            unanswered: Arc::default(),
            has_complained: AtomicBool::new(false),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing below the lock can leave the state half changed, so a panic elsewhere need not end the publisher.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the halt of a key, if `end` does. Its next record begins a series, in the same step.
    pub(super) fn resume(&self, key: &str, end: impl FnOnce(&mut Outbox<Pending>) -> bool) -> bool {
        let is_ended = {
            let mut state = self.state();
            let is_ended = end(&mut state.outbox);
            if is_ended {
                state.counter.restart(key);
            }
            is_ended
        };
        if is_ended {
            self.settings.metrics.resume();
        }
        is_ended
    }
}
