//! Takes what the world reports as it comes, so that nothing is kept of a record that is settled.
//!
//! ```text
//! own lines ──────────┐
//! puts, happenings ───┼─▶ observer ─▶ account: witness ─▶ ledger ─▶ checker, page, history
//! spans ──────────────┘                └▶ backlog ─▶ what the streams may forget
//! ```

use std::sync::Arc;
use std::time::Duration;

use kinetrace_testbed::checker::Verdict;
use kinetrace_testbed::collector::{Arrival, Receiver as Collector};
use kinetrace_testbed::environment::Room;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::account::Account;
use super::environments::Environments;
use super::readiness::{Readiness, Standing};
use super::seen::Seen;

/// Between two looks at what is settled, and at which lines have waited long enough.
const LOOK: Duration = Duration::from_millis(100);

/// Takes reports, until their end.
#[derive(Debug)]
pub(super) struct Observer {
    account: Account,
    /// Of each function, by place: where its lines wait.
    rooms: Vec<Room>,
    collector: Arc<Collector>,
    environments: Environments,
    readiness: Readiness,
    standing: watch::Sender<Standing>,
    /// How many records wait for a mapping.
    waiting: watch::Sender<usize>,
}

/// What is left of a run.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) verdict: Verdict,
    /// Records that no mapping is done with.
    pub(super) waiting: usize,
    /// Why the history is not whole.
    pub(super) history: Option<String>,
}

impl Observer {
    pub(super) fn new(account: Account, rooms: Vec<Room>, collector: Arc<Collector>, readiness: Readiness) -> Self {
        let (environments, waiting) = (Environments::default(), watch::Sender::new(0));
        let standing = watch::Sender::new(readiness.standing());
        Self { account, rooms, collector, environments, readiness, standing, waiting }
    }

    /// How many records wait for a mapping.
    pub(super) fn waiting(&self) -> watch::Receiver<usize> {
        self.waiting.subscribe()
    }

    /// Whether mappings read their streams.
    pub(super) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Which environments run.
    pub(super) fn environments(&self) -> Environments {
        self.environments.clone()
    }

    /// Observes until the end is seen.
    pub(super) async fn run(mut self, mut seen: UnboundedReceiver<Seen>, mut arrivals: Receiver<Arrival>) -> Observed {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut reports, mut more_arrive) = (Vec::new(), true);
        'run: loop {
            tokio::select! {
                count = seen.recv_many(&mut reports, 256) => {
                    for report in reports.drain(..) {
                        if matches!(report, Seen::End) {
                            break 'run;
                        }
                        self.take(report).await;
                    }
                    if count == 0 {
                        break;
                    }
                }
                arrival = arrivals.recv(), if more_arrive => match arrival {
                    Some(arrival) => self.arrived(arrival),
                    None => more_arrive = false,
                },
                _ = looks.tick() => self.look().await,
            }
        }
        self.end(arrivals).await
    }

    async fn end(self, mut arrivals: Receiver<Arrival>) -> Observed {
        // What was sent before the end has arrived.
        while let Ok(arrival) = arrivals.try_recv() {
            self.arrived(arrival);
        }
        let (verdict, waiting, history) = self.account.end().await;
        Observed { verdict, waiting, history }
    }

    async fn take(&mut self, report: Seen) {
        match report {
            Seen::Own(line) => self.account.input(line).await,
            Seen::Put(put) => self.account.put(put),
            Seen::Mapping(mapping, at, happening) => {
                self.account.mapping(mapping, at, &happening).await;
                self.readiness.take(mapping, &happening);
                let standing = self.readiness.standing();
                self.standing.send_if_modified(|before| std::mem::replace(before, standing) != standing);
            }
            Seen::Function(function, at, happening) => {
                self.environments.take(function, &happening);
                self.account.function(function, at, &happening);
            }
            Seen::Line(function, at, line) => {
                self.account.line(function, at, &line).await;
                // The function may write more.
                self.rooms[function].free(&line.line);
            }
            Seen::Asked(asked) => {
                self.look().await;
                // Who asked may not wait any more.
                let _ = asked.send(());
            }
            Seen::End => {}
        }
    }

    fn arrived(&self, arrival: Arrival) {
        match arrival {
            Arrival::Spans(spans) => self.account.ledger.model().spans(spans),
            Arrival::Logs(records) => self.account.ledger.model().log_records(records),
            _ => {}
        }
    }

    async fn look(&mut self) {
        self.account.ledger.model().dropped(self.collector.received().dropped);
        let waiting = self.account.look().await;
        self.waiting.send_replace(waiting);
    }
}
