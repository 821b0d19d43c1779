//! What every task of a mapping works with.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_kinesis::Client;
use kinetrace::history::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use super::clock::Clock;
use super::happening::Happening;
use super::progress::Progress;
use super::redelivery::Redeliveries;
use super::settings::Settings;
use super::stream::Stream;

/// A stream that is mapped to a function, and how far that is.
#[derive(Debug)]
pub(super) struct Mapping<I> {
    pub(super) client: Client,
    pub(super) stream: Stream,
    pub(super) settings: Settings,
    pub(super) invoker: Arc<I>,
    pub(super) progress: watch::Sender<Progress>,
    pub(super) redeliveries: Redeliveries,
    pub(super) clock: Clock,
    watcher: Option<UnboundedSender<(Timestamp, Happening)>>,
    /// How many invocations have begun.
    begun: Mutex<u64>,
}

impl<I> Mapping<I> {
    pub(super) fn new(
        client: Client,
        stream: Stream,
        settings: Settings,
        invoker: Arc<I>,
        progress: watch::Sender<Progress>,
        watcher: Option<UnboundedSender<(Timestamp, Happening)>>,
    ) -> Self {
        let (redeliveries, clock, begun) = (Redeliveries::default(), Clock::start(), Mutex::default());
        Self { client, stream, settings, invoker, progress, redeliveries, clock, watcher, begun }
    }

    /// Numbers an invocation that is about to begin, and tells the watcher. The watcher sees the numbers in their order.
    pub(super) fn begin(&self, began: impl FnOnce(u64) -> Happening) -> u64 {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let number = *begun;
        *begun += 1;
        self.tell(|| began(number));
        number
    }

    /// Tells the watcher, if there is one.
    pub(super) fn tell(&self, happening: impl FnOnce() -> Happening) {
        if let Some(watcher) = &self.watcher {
            // A watcher that is gone changes nothing.
            let _ = watcher.send((Timestamp::now(), happening()));
        }
    }
}
