//! A member of a consumer group that runs handlers.

use std::fmt;
use std::future::Future;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, thread};

use ::rdkafka::ClientConfig;
use ::rdkafka::client::{ClientContext, DefaultClientContext};
use ::rdkafka::consumer::{BaseConsumer, Consumer as _};
use kinetrace_consumer::{AnyHandler, Consumer};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::backoff::Backoff;
use super::group_error::GroupError;
use super::partition::Ends;
use super::poller::Poller;
use super::rebalance::GroupContext;
use super::settings::settings;
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
pub struct GroupConsumer<H, C = DefaultClientContext> {
    config: ClientConfig,
    context: C,
    consumer: Consumer<H>,
    backoff: Backoff,
    patience: Duration,
    batch: NonZero<usize>,
}

impl<H: AnyHandler> GroupConsumer<H> {
    /// With the brokers, the group and all else that the configuration says, except that
    ///
    /// * `enable.auto.offset.store` is off: which records are done, only the handler knows,
    /// * `enable.auto.commit` is on, with `auto.commit.interval.ms`, by default 5 s: what is done is committed while the run goes on,
    /// * `auto.offset.reset` is `earliest` unless you set it. librdkafka's own default, `latest`, leaves out the records that
    ///   are in a topic when the group is new, or when what it committed has expired.
    pub fn new(config: &ClientConfig, consumer: Consumer<H>) -> Self {
        let (config, patience) = (settings(config), Duration::from_secs(60));
        let (context, batch) = (DefaultClientContext, NonZero::<usize>::MIN);
        Self { config, context, consumer, backoff: Backoff::default(), patience, batch }
    }
}

impl<H: AnyHandler, C: ClientContext + 'static> GroupConsumer<H, C> {
    /// Your own context of rdkafka, in place of the one before: for tokens of `OAUTHBEARER`, as MSK with IAM wants them, for
    /// librdkafka's log, and for its statistics. Default: rdkafka's own.
    pub fn context<D: ClientContext + 'static>(self, context: D) -> GroupConsumer<H, D> {
        let Self { config, consumer, backoff, patience, batch, .. } = self;
        GroupConsumer { config, context, consumer, backoff, patience, batch }
    }

    /// How long a partition waits after the first failure of a record, and at most; it is twice as long after each further one.
    /// Default: 100 ms and 30 s.
    pub fn backoff(mut self, first: Duration, most: Duration) -> Self {
        self.backoff = Backoff { first, most };
        self
    }

    /// How long a revocation waits for the handlers that are running. One that takes longer is dropped where it awaits something;
    /// one that blocks its thread goes on. Its record goes to the next member. Set it below `max.poll.interval.ms`; otherwise the
    /// group goes on without this member. Default: 60 s.
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
    /// The configuration or a topic's name is not taken, librdkafka ends with a fatal error, or something other than the handler
    /// panics. An unreachable broker is none: it is tried again.
    pub async fn run(self, topics: &[&str], stop: impl Future<Output = ()>) -> Result<(), GroupError> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let Self { config, context, consumer: handler, backoff, patience, batch } = self;
        let consumer: BaseConsumer<_> = config.create_with_context(GroupContext::new(context, patience))?;
        consumer.subscribe(topics)?;
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
        result.map_err(|_| GroupError::Ended)?
    }
}

struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<H, C> fmt::Debug for GroupConsumer<H, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The configuration may hold a password.
        f.debug_struct("GroupConsumer")
            .field("backoff", &self.backoff)
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}
