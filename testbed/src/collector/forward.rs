//! Passing on the spans that arrive to another collector, without their senders noticing.
//!
//! * `destination`: where to, as the variables of exporters say.
//! * `backlog`, `schedule`: what waits, what goes together, and when; both pure.
//! * `request`, `answer`: one request, and what its answer says; the latter pure.
//! * `forwarded`: how many were taken, and why others were not.
//!
//! Only spans: a store of traces, which is what people look at next to the testbed, refuses metrics.

mod answer;
mod backlog;
mod destination;
mod forwarded;
mod request;
mod schedule;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use backlog::{Body, Parcel};
pub use destination::{Destination, DestinationError};
pub use forwarded::Forwarded;
use request::Client;
use schedule::{Next, Schedule};

/// Requests in flight at once, so that one that hangs does not hold up the rest.
const CONNECTIONS: usize = 2;

/// A receiver that takes nothing is given up after so long, or after three requests in their longest time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends spans on to a receiver. Clones are the same one, and it ends with the last of them.
#[derive(Debug, Clone)]
pub struct Forwarder {
    shared: Arc<Shared>,
    /// The workers end with it.
    _alive: Arc<watch::Sender<()>>,
}

/// No lock is taken while the other is held, but that of `schedule` below that of `forwarded`.
#[derive(Debug)]
struct Shared {
    destination: Destination,
    schedule: Mutex<Schedule>,
    /// Something waits, or may go again.
    changed: Notify,
    forwarded: watch::Sender<Forwarded>,
}

impl Forwarder {
    /// Starts to send.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, as `tokio::spawn` does.
    pub fn start(destination: Destination) -> Self {
        let client = Client::new(destination.clone());
        let patience = PATIENCE.max(3 * destination.timeout);
        let schedule = Mutex::new(Schedule::new(Instant::now(), patience));
        let (changed, forwarded) = (Notify::new(), watch::Sender::default());
        let shared = Arc::new(Shared { destination, schedule, changed, forwarded });
        let alive = watch::Sender::new(());
        for _ in 0..CONNECTIONS {
            let (shared, client, mut ended) = (Arc::clone(&shared), client.clone(), alive.subscribe());
            tokio::spawn(async move {
                tokio::select! {
                    () = shared.work(&client) => {}
                    // Nothing is ever sent, so it is over when the sender is gone.
                    _ = ended.changed() => {}
                }
            });
        }
        Self { shared, _alive: Arc::new(alive) }
    }

    /// Where to.
    pub fn destination(&self) -> &Destination {
        &self.shared.destination
    }

    /// Never waits.
    pub(super) fn forward(&self, bytes: Bytes, spans: u64) {
        // First, so that there are never more that are known of than there are.
        self.shared.tell(|forwarded| forwarded.spans += spans);
        let pushed = self.shared.schedule().push(Instant::now(), Body { bytes, spans });
        if let Err(reason) = pushed {
            self.shared.tell(|forwarded| forwarded.lose(spans, &reason));
        }
        self.shared.changed.notify_one();
    }

    /// What happened to the spans so far.
    pub fn forwarded(&self) -> Forwarded {
        self.shared.forwarded.borrow().clone()
    }

    /// Whether a run may make further spans. Otherwise so many wait that they would take too much memory.
    pub fn has_room(&self) -> bool {
        self.shared.schedule().has_room()
    }

    /// Waits until [`has_room`](Self::has_room). That takes no longer than giving up a receiver that takes nothing.
    pub async fn room(&self) {
        // Cannot fail: the sender is ours.
        drop(self.shared.forwarded.subscribe().wait_for(|_| self.has_room()).await);
    }

    /// Waits until it is known of every span whether the receiver took it. That ends some time after it takes no more, for
    /// then it is given up.
    pub async fn finish(&self) -> Forwarded {
        let mut forwarded = self.shared.forwarded.subscribe();
        match forwarded.wait_for(|forwarded| forwarded.waiting() == 0).await {
            Ok(forwarded) => forwarded.clone(),
            Err(_) => self.forwarded(),
        }
    }
}

impl Shared {
    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, tell: impl FnOnce(&mut Forwarded)) {
        self.forwarded.send_modify(tell);
    }

    async fn work(&self, client: &Client) {
        loop {
            let parcel = self.next().await;
            // There may be more for the others.
            self.changed.notify_one();
            let answer = client.send(parcel.joined()).await;
            let known = self.schedule().settle(Instant::now(), parcel, answer);
            self.tell(|forwarded| forwarded.add(&known));
            self.changed.notify_one();
        }
    }

    async fn next(&self) -> Parcel {
        loop {
            let next = self.schedule().next(Instant::now());
            let until = match next {
                Next::Send(parcel) => return parcel,
                Next::GiveUp(spans, reason) => {
                    self.tell(|forwarded| forwarded.lose(spans, &reason));
                    continue;
                }
                Next::Wait(until) => until,
            };
            let time = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = time => {}
            }
        }
    }
}
