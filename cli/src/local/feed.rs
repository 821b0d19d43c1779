//! Puts the input, at its pace, until it is at its end or told to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kinetrace::{Record, Telemetry};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::input::{Input, Way};
use super::messages::Messages;
use super::pace::Pace;
use super::readiness::Standing;
use super::seen::Seen;
use super::through_function::{self, Callers};
use super::through_publisher;
use super::world::World;
use crate::outcome::Failure;

/// With so many records that no mapping is done with, the input waits.
const MOST_AHEAD: usize = 10_000;

/// Records that are due and wait for who puts them.
const DUE: usize = 64;

/// What the input is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Go,
    Pause,
    Stop,
}

/// An input that runs.
#[derive(Debug)]
pub(super) struct Feed {
    order: watch::Sender<Order>,
    /// How many events were put.
    sent: Arc<AtomicU64>,
    task: JoinHandle<Result<(), Failure>>,
}

impl Feed {
    pub(super) fn start(
        input: &Input,
        world: &World,
        telemetry: &Telemetry,
        waiting: watch::Receiver<usize>,
        (seen, messages): (&mpsc::UnboundedSender<Seen>, &Messages),
        mut standing: watch::Receiver<Standing>,
    ) -> Self {
        let (order, orders) = watch::channel(Order::Go);
        let (due, records) = mpsc::channel(DUE);
        let sent = Arc::new(AtomicU64::new(0));
        let pacing = pace(input.clone(), due, orders, waiting, Arc::clone(&sent));
        let putting = match &input.way {
            Way::Function(place) => {
                let callers = Callers::of(world.functions[*place].clone(), messages.clone());
                tokio::spawn(through_function::put(callers, records))
            }
            Way::Stream(stream) => {
                let (client, telemetry) = (world.client.clone(), telemetry.clone());
                let to = (seen.clone(), messages.clone());
                tokio::spawn(through_publisher::put(client, stream.clone(), telemetry, records, to))
            }
        };
        let task = tokio::spawn(async move {
            // The run is over if nobody tells it any more.
            let _ = standing.wait_for(|standing| standing.is_ready).await;
            pacing.await;
            putting.await?
        });
        Self { order, sent, task }
    }

    /// Pauses it, or lets it go on.
    pub(super) fn order(&self, order: Order) {
        self.order.send_if_modified(|given| *given != Order::Stop && std::mem::replace(given, order) != order);
    }

    /// How many events were put so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// A way to give orders from elsewhere.
    pub(super) fn orders(&self) -> watch::Sender<Order> {
        self.order.clone()
    }

    /// Waits until all events are put.
    pub(super) async fn done(&mut self) -> Result<(), Failure> {
        (&mut self.task).await?
    }
}

async fn pace(
    input: Input,
    due: mpsc::Sender<Record>,
    mut orders: watch::Receiver<Order>,
    mut waiting: watch::Receiver<usize>,
    sent: Arc<AtomicU64>,
) {
    let (began, mut stopped) = (Instant::now(), orders.clone());
    let mut pace = Pace::new(input.rate, began.elapsed());
    let rounds = if input.again { usize::MAX } else { input.records.len() };
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    for record in input.records.iter().cycle().take(rounds.min(limit)) {
        let may_go = async {
            // Neither can be closed before this ends; if it were, nothing would hold the input back.
            let _ = orders.wait_for(|order| *order != Order::Pause).await;
            let _ = waiting.wait_for(|waiting| *waiting < MOST_AHEAD).await;
            sleep_until(began + pace.next(began.elapsed())).await;
        };
        tokio::select! {
            _ = stopped.wait_for(|order| *order == Order::Stop) => return,
            () = may_go => {}
        }
        if due.send(record.clone()).await.is_err() {
            return;
        }
        sent.fetch_add(1, Ordering::Relaxed);
    }
}
