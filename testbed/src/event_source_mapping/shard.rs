//! One shard: reads it, divides it into lanes, invokes the function, until the shard has ended.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::batch::Batch;
use super::error::Error;
use super::event::EventWriter;
use super::invoke::Invoke;
use super::lanes::Lanes;
use super::mapping::Mapping;
use super::outcome::Outcome;
use super::patience;
use super::poller::Poller;
use super::progress::Progress;

/// Why a shard's task is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The shard was closed by a split or a merge, and all its records are settled.
    Exhausted(String),
    /// The mapping was stopped.
    Stopped,
}

/// Works on a shard; on a stop, waits for the invocations in flight and begins no others.
pub(super) async fn run<I: Invoke>(
    mapping: Arc<Mapping<I>>,
    shard: String,
    mut stop: watch::Receiver<bool>,
) -> Result<End, Error> {
    let settings = &mapping.settings;
    let mut lanes = Lanes::new(settings.clone(), seed_of(settings.seed, &shard));
    let writer = EventWriter::new(&mapping.stream, &shard);
    let (sender, mut pages) = mpsc::channel(1);
    // A set, because it ends the poller when this task is over.
    let mut poller = JoinSet::new();
    poller.spawn(Poller::new(mapping.client.clone(), &mapping.stream.name, &shard, settings).run(sender));
    let mut in_flight = FuturesUnordered::new();
    let (mut open, mut stopping) = (true, false);
    loop {
        while let Some(batch) = (!stopping).then(|| lanes.take()).flatten() {
            in_flight.push(invoke(&mapping, &writer, batch));
        }
        if stopping && in_flight.is_empty() {
            return Ok(End::Stopped);
        }
        if !open && lanes.is_empty() {
            return Ok(End::Exhausted(shard));
        }
        tokio::select! {
            Some((batch, outcome)) = in_flight.next() => {
                let settled = lanes.settle(batch, &outcome);
                mapping.progress.send_modify(|progress: &mut Progress| progress.record(&shard, settled));
            }
            page = pages.recv(), if open && !stopping && lanes.waiting() < settings.read_ahead() => match page {
                Some(records) => {
                    let records = records?;
                    mapping.progress.send_modify(|progress| progress.reading(&shard).record(records.iter().map(|record| record.sequence_number.clone())));
                    records.into_iter().for_each(|record| lanes.push(record));
                }
                None => {
                    mapping.progress.send_modify(|progress| progress.reading(&shard).end());
                    open = false;
                }
            },
            _ = stop.wait_for(|stop| *stop), if !stopping => stopping = true,
        }
    }
}

async fn invoke<I: Invoke>(mapping: &Mapping<I>, writer: &EventWriter, batch: Batch) -> (Batch, Outcome) {
    tokio::time::sleep(patience::backoff(batch.failures)).await;
    let answer = mapping.invoker.invoke(writer.write(&batch.records)).await;
    let outcome = Outcome::of(answer, mapping.settings.report_batch_item_failures, &batch.records);
    (batch, outcome)
}

/// A seed for each shard, so that shards do not make the same choices.
fn seed_of(seed: u64, shard: &str) -> u64 {
    shard.bytes().fold(seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()))
}
