//! A run that goes on, and its end.

use std::collections::HashSet;
use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace_testbed::counted::Counted;
use kinetrace_testbed::kinesis::admission::Admission;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::feed::{Feed, Order};
use super::interrupts::Interrupts;
use super::messages::Messages;
use super::observer::Observed;
use super::readiness::Standing;
use super::seen::Seen;
use super::world::World;
use crate::outcome::Failure;

/// How long our own spans may take at the end.
const FLUSH_LIMIT: Duration = Duration::from_secs(5);

/// A run that goes on.
pub(super) struct Running {
    pub(super) world: World,
    pub(super) feed: Option<Feed>,
    pub(super) observer: JoinHandle<Observed>,
    /// How many records wait for a mapping.
    pub(super) waiting: watch::Receiver<usize>,
    pub(super) seen: UnboundedSender<Seen>,
    pub(super) telemetry: Telemetry,
    pub(super) messages: Messages,
    pub(super) admission: Admission,
    pub(super) standing: watch::Receiver<Standing>,
    /// The functions' access keys.
    pub(super) functions: HashSet<String>,
}

impl Running {
    /// Waits until it is told to end, or the input is processed, and nothing else is waited for.
    pub(super) async fn until_the_end(&mut self, once: bool, interrupts: &mut Interrupts) -> Result<(), Failure> {
        if let Some(feed) = &mut self.feed {
            tokio::select! {
                () = interrupts.reach(1) => return Ok(()),
                done = feed.done() => done?,
                () = failed(&mut self.standing), if once => return Ok(()),
            }
            let sent = Counted(usize::try_from(feed.sent()).unwrap_or(usize::MAX), "event");
            self.messages.say(&format!("the input is at its end: {sent}"));
            self.feed = None;
            if once {
                tokio::select! {
                    () = interrupts.reach(1) => {}
                    () = self.settle() => {}
                }
                return Ok(());
            }
        }
        interrupts.reach(1).await;
        Ok(())
    }

    /// Takes everything down, and returns what was seen. What is in flight has so long to end, or until it is told to end once
    /// more.
    pub(super) async fn end(mut self, grace: Duration, interrupts: &mut Interrupts) -> Result<Observed, Failure> {
        let mut hurry = interrupts.clone();
        tokio::select! {
            () = hurry.reach(2) => {}
            () = self.drain(grace) => {}
        }
        let Self { world, observer, seen, .. } = self;
        tokio::select! {
            // What is dropped ends at once.
            () = interrupts.reach(2) => {}
            () = world.take_down(grace) => {}
        }
        // It listens until then.
        let _ = seen.send(Seen::End);
        Ok(observer.await?)
    }

    /// Stops the input and refuses other records, and waits until all that was put is processed.
    async fn drain(&mut self, grace: Duration) {
        if let Some(mut feed) = self.feed.take() {
            feed.order(Order::Stop);
            drop(timeout(grace, feed.done()).await);
        }
        let waiting = *self.waiting.borrow();
        if waiting > 0 {
            let seconds = grace.as_secs();
            let waiting = Counted(waiting, "record");
            self.messages
                .say(&format!("to be processed: {waiting}, in {seconds} s at most; a second Ctrl-C ends at once"));
        }
        drop(timeout(grace, self.settle()).await);
        self.telemetry.flush(FLUSH_LIMIT).await;
    }

    /// Who puts records from outside would keep it going for ever. Functions may go on: what they put belongs to what is in
    /// flight, and the records that they got would come again if they were refused.
    async fn settle(&mut self) {
        self.admission.close_to_all_but(self.functions.clone()).await;
        self.settled().await;
    }

    /// Waits until no record that was put before waits for its mapping.
    async fn settled(&mut self) {
        let (asked, answered) = oneshot::channel();
        // What cannot be asked, or does not answer, has ended.
        if self.seen.send(Seen::Asked(asked)).is_ok() && answered.await.is_ok() {
            tokio::select! {
                _ = self.waiting.wait_for(|waiting| *waiting == 0) => {}
                () = failed(&mut self.standing) => {}
            }
        }
    }
}

/// Waits until a mapping does not go on.
async fn failed(standing: &mut watch::Receiver<Standing>) {
    if standing.wait_for(|standing| standing.has_failed).await.is_err() {
        // There is nobody any more to tell it.
        std::future::pending().await
    }
}
