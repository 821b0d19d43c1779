//! The event source mapping: what AWS does between a Kinesis stream, or a Kafka topic, and a Lambda function.
//!
//! ```text
//! shards ─▶ shard ─▶ poller ─▶ lanes ─▶ batch ─▶ event ─▶ (function) ─▶ batch_response ─▶ lanes
//!   └ lineage                                                                └▶ progress, discard
//! ```
//!
//! A topic's mapping is in [`kafka`]; both share what is done with a batch that failed, and how far a mapping has come.
//! Left out, because nothing here depends on it: the batching window, tumbling windows, filters, maximum record age.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use kinetrace::SequenceNumber;
use tokio::sync::watch;
use tokio::task::JoinHandle;

mod batch;
mod batch_response;
mod discard;
mod error;
mod event;
mod invoke;
mod item_failures;
pub mod kafka;
mod lanes;
mod lineage;
mod mapping;
mod outcome;
mod patience;
mod pending;
mod poller;
mod progress;
mod reading;
mod recent;
mod record;
mod settings;
mod shard;
mod shards;
mod stream;
#[cfg(test)]
mod tests;

pub use discard::Discard;
pub use error::Error;
pub use invoke::Invoke;
pub use pending::Pending;
pub use record::Record;
pub use settings::{Settings, SettingsError};
pub use stream::Stream;

use mapping::Mapping;
use progress::Progress;

/// A running mapping. It starts at `TRIM_HORIZON`; dropping it ends it at once, with invocations in flight.
///
/// `D` is what it says of records that it gave up: [`Discard`] of a stream, [`kafka::Discard`] of a topic.
#[derive(Debug)]
pub struct EventSourceMapping<D = Discard> {
    stop: watch::Sender<bool>,
    progress: watch::Receiver<Progress<D>>,
    task: JoinHandle<()>,
}

/// What a mapping did in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<D = Discard> {
    /// Invocations, failed ones included.
    pub invocations: u64,
    /// What the on-failure destination got.
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
        settings.validate()?;
        let (sender, progress) = watch::channel(Progress::default());
        let mapping = Mapping { client, stream, settings, invoker, progress: sender };
        Ok(Self::spawn(progress, |stopped| shards::run(Arc::new(mapping), stopped)))
    }
}

impl<D: Clone> EventSourceMapping<D> {
    fn spawn<F: Future<Output = ()> + Send + 'static>(
        progress: watch::Receiver<Progress<D>>,
        run: impl FnOnce(watch::Receiver<bool>) -> F,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, progress, task: tokio::spawn(run(stopped)) }
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

    /// The records given up so far.
    pub fn discards(&self) -> Vec<D> {
        self.progress.borrow().discards().to_vec()
    }

    /// Begins no further invocation, waits for those in flight, and ends.
    pub async fn stop(mut self) -> Report<D> {
        self.stop.send_replace(true);
        // Its only failure would be a panic, which drain reports.
        let _ = (&mut self.task).await;
        let progress = self.progress.borrow();
        Report { invocations: progress.invocations(), discards: progress.discards().to_vec() }
    }
}

impl<D> Drop for EventSourceMapping<D> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
