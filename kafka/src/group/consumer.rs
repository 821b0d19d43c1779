//! A member of a consumer group that runs handlers.

use std::fmt;
use std::future::Future;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, thread};

use ::rdkafka::ClientConfig;
use ::rdkafka::consumer::{BaseConsumer, Consumer as _};
use ::rdkafka::error::KafkaError;
use kinetrace_consumer::{AnyHandler, Consumer};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::backoff::Backoff;
use super::partitions::Ends;
use super::poller::Poller;
use super::rebalance::GroupContext;
use super::worker::Worker;

/// A member of a consumer group, which runs a handler of `kinetrace_consumer` on the records of its partitions: the same handler as
/// on Lambda.
///
/// ```no_run
/// use kinetrace_consumer::{Consumer, Failure, Json};
/// use kinetrace_kafka::GroupConsumer;
/// use rdkafka::ClientConfig;
///
/// #[derive(serde::Deserialize)]
/// struct Flight {
///     tailnum: String,
/// }
///
/// async fn handle(Json(flight): Json<Flight>) -> Result<(), Failure> {
///     println!("{} departed", flight.tailnum);
///     Ok(())
/// }
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut config = ClientConfig::new();
/// config.set("bootstrap.servers", "kafka:9092").set("group.id", "departures");
/// let consumer = Consumer::builder(handle).build()?;
/// let stop = async { tokio::time::sleep(std::time::Duration::from_secs(3600)).await };
/// GroupConsumer::new(&config, consumer).run(&["flights"], stop).await?;
/// # Ok(())
/// # }
/// ```
///
/// * The records of a partition are handed over one after the other, in the order of their offsets; those of different
///   partitions side by side. With [`records_at_once`](Self::records_at_once), a partition's records are, too, as far as their
///   keys differ.
/// * A record that fails is handed over again, until it is done or skipped. Its partition waits, longer after each failure
///   ([`backoff`](Self::backoff)), and the other partitions do not.
/// * What is committed is the lowest record that is not done. A process that dies has its records come again; none is left out.
/// * When a partition is revoked, or the run stops, no further record of it is begun, and what is with the handler is waited for
///   ([`revocation_patience`](Self::revocation_patience)) and committed.
/// * Spans, metrics and lines are those of `kinetrace_consumer`.
///
/// Handlers run on the Tokio runtime that polls [`run`](Self::run), and librdkafka is polled by a thread of its own, so a handler may
/// take longer than `max.poll.interval.ms`.
#[derive(Clone)]
#[must_use = "it does nothing until it runs"]
pub struct GroupConsumer<H> {
    config: ClientConfig,
    consumer: Consumer<H>,
    backoff: Backoff,
    patience: Duration,
    batch: NonZero<usize>,
}

/// A [`GroupConsumer`] cannot begin, or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// librdkafka does not take the configuration or the topics, or ends with an error that is fatal. Its text says which.
    #[error("the consumer of the group cannot run: {0}")]
    Kafka(#[from] KafkaError),
    /// There is no thread to poll, or no Tokio runtime to run handlers on.
    #[error("the consumer of the group cannot start: {0}")]
    Start(#[from] io::Error),
    /// The thread that polls has panicked.
    #[error("the thread that polls has ended: the panic hook has its reason")]
    Ended,
}

impl<H: AnyHandler> GroupConsumer<H> {
    /// With the brokers, the group and all else that the configuration says. `enable.auto.offset.store` is always off: which
    /// records are done, only the handler knows.
    pub fn new(config: &ClientConfig, consumer: Consumer<H>) -> Self {
        let mut config = config.clone();
        config.set("enable.auto.offset.store", "false");
        let patience = Duration::from_secs(60);
        Self { config, consumer, backoff: Backoff::default(), patience, batch: NonZero::<usize>::MIN }
    }

    /// How long a partition waits after the first failure of a record, and at most; it is twice as long after each further one.
    /// Default: 100 ms and 30 s.
    pub fn backoff(mut self, first: Duration, most: Duration) -> Self {
        self.backoff = Backoff { first, most };
        self
    }

    /// How long a revocation waits for the handlers that are running. One that takes longer is dropped, and its record goes to the
    /// next member. To be less than `max.poll.interval.ms`, or the group goes on without this member. Default: 60 s.
    pub fn revocation_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How many records of a partition are handed over at once, at most: a batch handler gets these as its batch, and other
    /// handlers as many of them side by side as `max_concurrency` says, those of one key one after the other. A revocation
    /// waits for all of them. Default: 1.
    ///
    /// Records after one that failed may be done already, and come again.
    pub fn records_at_once(mut self, records: NonZero<usize>) -> Self {
        self.batch = records;
        self
    }

    /// Joins the group, and processes records of these topics until `stop` is ready. A future that is dropped stops the run, too,
    /// without waiting for its end.
    ///
    /// # Errors
    ///
    /// The configuration or a topic's name is not taken, or librdkafka ends with a fatal error. An unreachable broker is none: it
    /// is tried again.
    pub async fn run(self, topics: &[&str], stop: impl Future<Output = ()>) -> Result<(), GroupError> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let consumer: BaseConsumer<_> = self.config.create_with_context(GroupContext::new(self.patience))?;
        consumer.subscribe(topics)?;
        let Self { consumer: handler, backoff, batch, .. } = self;
        let start = move |ends: Ends| {
            let worker = Worker { consumer: handler.clone(), ends, backoff, batch: batch.get() };
            runtime.spawn(worker.run()).abort_handle()
        };
        let stopping = StopOnDrop(Arc::default());
        let poller = Poller { consumer, start, is_stopped: Arc::clone(&stopping.0), topics: Vec::new() };
        let (ends, ended) = oneshot::channel();
        thread::Builder::new().name("kafka-group".to_owned()).spawn(move || ends.send(poller.run()))?;
        let mut ended = std::pin::pin!(ended);
        let result = tokio::select! {
            result = &mut ended => result,
            () = stop => {
                drop(stopping);
                ended.await
            }
        };
        Ok(result.map_err(|_| GroupError::Ended)??)
    }
}

struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<H> fmt::Debug for GroupConsumer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The configuration may hold a password.
        f.debug_struct("GroupConsumer")
            .field("backoff", &self.backoff)
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}
