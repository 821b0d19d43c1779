//! The event source mapping: what AWS does between a Kinesis stream, or a Kafka topic, and a Lambda function.
//!
//! ```text
//! shards ─▶ shard ─▶ poller ─▶ filters ─▶ lanes ─▶ batch ─▶ event ─▶ (function) ─▶ batch_response ─▶ lanes
//!   └ lineage                              └ tumbling                                   └▶ progress, discard
//! ```
//!
//! A topic's mapping is in [`kafka`]; both share what is done with a batch that failed, and how far a mapping has come.
//!
//! What AWS leaves open is what an adversary would make of it, by the seed: which partition keys of a shard run together,
//! which of several idle ones goes next, whether a batch that succeeded comes once more, and how long a tumbling window that
//! gets no more records is kept open. In the same spirit progress gives a batch none of its attempts back.
//! Where AWS's pages say nothing, this is assumed: a tumbling window's batches go one after the other whatever the
//! `ParallelizationFactor`; its last invocation has no records; one that ends early has its state and no records; with
//! concurrent batches, the records of all idle keys of a shard are gathered for one batching window.
//!
//! Left out: how filters look into aggregates where the consumer has enhanced fan-out, records that expire in the stream while
//! they are tried, and calls that a throttled function refuses: they wait instead.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use kinetrace::SequenceNumber;
use kinetrace::history::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::JoinHandle;

mod batch;
mod batch_response;
mod cause;
mod clock;
mod discard;
mod error;
mod event;
mod filters;
mod happening;
mod invocation;
mod invoke;
mod item_failures;
pub mod kafka;
mod lanes;
mod lineage;
mod mapping;
mod outcome;
mod pace;
mod patience;
mod pending;
mod places;
mod poller;
mod progress;
mod reading;
mod recent;
mod record;
mod redelivery;
mod settings;
mod shard;
mod shards;
mod starting_position;
mod stream;
#[cfg(test)]
mod tests;
mod tumbling;

pub use cause::Cause;
pub use discard::Discard;
pub use error::Error;
pub use filters::{FilterError, Filters};
pub use happening::{Answered, Happening};
pub use invoke::Invoke;
pub use pending::Pending;
pub use record::Record;
pub use settings::{Settings, SettingsError};
pub use starting_position::StartingPosition;
pub use stream::Stream;

use mapping::Mapping;
use progress::Progress;
use redelivery::Redeliveries;

/// A running mapping. Dropping it ends it at once, with invocations in flight.
///
/// `D` is what it says of records that it gave up: [`Discard`] of a stream, [`kafka::Discard`] of a topic.
#[derive(Debug)]
pub struct EventSourceMapping<D = Discard> {
    stop: watch::Sender<bool>,
    progress: watch::Receiver<Progress<D>>,
    redeliveries: Redeliveries,
    task: JoinHandle<()>,
}

/// How many discards a mapping keeps that is watched. Its watcher got all, and it may go on for long.
const WATCHED_DISCARDS: usize = 100;

/// What a mapping did in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<D = Discard> {
    /// Invocations, failed ones included.
    pub invocations: u64,
    /// What the on-failure destination got; of a mapping that is watched, the last hundred documents.
    pub discards: Vec<D>,
}

impl EventSourceMapping {
    /// Begins to read the stream and to invoke the function, on the current tokio runtime.
    ///
    /// # Errors
    /// A parameter that AWS would refuse.
    pub fn start<I: Invoke>(
        client: Client,
        stream: Stream,
        settings: Settings,
        invoker: Arc<I>,
    ) -> Result<Self, SettingsError> {
        Self::start_with(client, stream, settings, invoker, None)
    }

    /// The same, and tells `watcher` what the mapping does, as it does it. A watcher that is gone changes nothing.
    ///
    /// # Errors
    /// A parameter that AWS would refuse.
    pub fn start_watched<I: Invoke>(
        client: Client,
        stream: Stream,
        settings: Settings,
        invoker: Arc<I>,
        watcher: UnboundedSender<(Timestamp, Happening)>,
    ) -> Result<Self, SettingsError> {
        Self::start_with(client, stream, settings, invoker, Some(watcher))
    }

    fn start_with<I: Invoke>(
        client: Client,
        stream: Stream,
        settings: Settings,
        invoker: Arc<I>,
        watcher: Option<UnboundedSender<(Timestamp, Happening)>>,
    ) -> Result<Self, SettingsError> {
        settings.validate()?;
        let initial = if watcher.is_some() { Progress::keeping(WATCHED_DISCARDS) } else { Progress::default() };
        let (sender, progress) = watch::channel(initial);
        let mapping = Mapping::new(client, stream, settings, invoker, sender, watcher);
        let redeliveries = mapping.redeliveries.clone();
        Ok(Self::spawn(progress, redeliveries, |stopped| shards::run(Arc::new(mapping), stopped)))
    }

    /// Hands the records that a recent invocation was done with to the function once more, as Lambda may: it promises at least
    /// once. They wait until none of their partition keys is with the function. Returns whether that will be: not if the
    /// invocation is too long ago or left no record done, or its shard has ended.
    pub fn redeliver(&self, invocation: u64) -> bool {
        self.redeliveries.ask(invocation)
    }
}

impl<D: Clone> EventSourceMapping<D> {
    fn spawn<F: Future<Output = ()> + Send + 'static>(
        progress: watch::Receiver<Progress<D>>,
        redeliveries: Redeliveries,
        run: impl FnOnce(watch::Receiver<bool>) -> F,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, progress, redeliveries, task: tokio::spawn(run(stopped)) }
    }

    /// Waits until all these records, named by shard and sequence number, or by partition and offset, are processed or discarded.
    ///
    /// # Errors
    /// The mapping cannot go on, or reads of the stream pass over one of the records.
    pub async fn drain(&self, records: impl IntoIterator<Item = (String, SequenceNumber)>) -> Result<(), Error> {
        progress::settled(self.progress.clone(), records.into_iter().collect()).await
    }

    /// What is not settled yet of the records that are added to it.
    pub fn pending(&self) -> Pending<D> {
        Pending::new(self.progress.clone())
    }

    /// The records given up so far; of a mapping that is watched, the last hundred batches.
    pub fn discards(&self) -> Vec<D> {
        self.progress.borrow().discards().cloned().collect()
    }

    /// Begins no further invocation, waits for those in flight, and ends.
    pub async fn stop(mut self) -> Report<D> {
        self.stop.send_replace(true);
        // Its only failure would be a panic, which drain reports.
        let _ = (&mut self.task).await;
        let progress = self.progress.borrow();
        Report { invocations: progress.invocations(), discards: progress.discards().cloned().collect() }
    }
}

impl<D> Drop for EventSourceMapping<D> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
