//! What happens to partitions when the group is dealt anew.

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ::rdkafka::client::{ClientContext, OAuthToken};
use ::rdkafka::config::RDKafkaLogLevel;
use ::rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use ::rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use ::rdkafka::{Statistics, TopicPartitionList};
use kinetrace::__private::warn;

use super::partitions::{Partitions, Revoked};

/// Between two attempts to commit.
const COMMIT_PAUSE: Duration = Duration::from_millis(20);

/// How long it is tried at least.
const COMMIT_PATIENCE: Duration = Duration::from_secs(5);

/// No revocation waits longer, whatever was set. It can be added to any point in time.
const MOST_PATIENCE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Called by the thread that polls, and by no other.
pub(super) struct GroupContext<C> {
    /// The user's.
    inner: C,
    partitions: Mutex<Partitions>,
    /// How long a revocation waits for handlers.
    patience: Duration,
}

impl<C: ClientContext> GroupContext<C> {
    pub(super) fn new(inner: C, patience: Duration) -> Self {
        Self { inner, partitions: Mutex::default(), patience: patience.min(MOST_PATIENCE) }
    }

    /// Not to be held while the consumer is polled, which may revoke some of them.
    pub(super) fn partitions(&self) -> MutexGuard<'_, Partitions> {
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends their workers, once what is with the handlers is done, and commits how far they got.
    pub(super) fn revoke(&self, consumer: &BaseConsumer<Self>, is_meant: impl Fn(&str, i32) -> bool) {
        let until = Instant::now() + self.patience;
        let Revoked { next, paused } = self.partitions().revoke(is_meant, until);
        let committed = next.and_then(|next| commit(consumer, &next, until));
        if let Err(error) = committed {
            // The next member begins with what was committed before: some records come again, and none is lost.
            warn(format!(
                "the progress of partitions that were revoked cannot be committed, so records come again: {error}"
            ));
        }
        if let Err(error) = resume(consumer, &paused) {
            warn(format!(
                "partitions that were revoked stay paused, also if they come back to this process: {error}; start it again"
            ));
        }
    }
}

/// Before they are let go: librdkafka keeps them paused, whatever is dealt, until it is told otherwise.
fn resume(consumer: &BaseConsumer<impl ConsumerContext>, paused: &TopicPartitionList) -> KafkaResult<()> {
    if paused.count() == 0 {
        return Ok(());
    }
    consumer.resume(paused)?;
    paused.elements().iter().try_for_each(|it| it.error())
}

/// While members learn which partitions they get, nothing can be committed. librdkafka's own threads see to the end of that.
#[expect(clippy::disallowed_methods, reason = "this thread polls, and runs no task")]
fn commit(consumer: &BaseConsumer<impl ConsumerContext>, next: &TopicPartitionList, until: Instant) -> KafkaResult<()> {
    if next.count() == 0 {
        return Ok(());
    }
    // Time for it is left even where a handler took all of it.
    let until = until.max(Instant::now() + COMMIT_PATIENCE);
    // librdkafka commits what is stored once more as it lets go of a partition.
    let stored = consumer.store_offsets(next);
    loop {
        let committed = consumer.commit(next, CommitMode::Sync);
        if !is_refused_for_now(&committed) || Instant::now() >= until {
            return committed.and(stored);
        }
        thread::sleep(COMMIT_PAUSE);
    }
}

/// The group is being dealt anew, by the older protocol or by the newer one.
fn is_refused_for_now(committed: &KafkaResult<()>) -> bool {
    use RDKafkaErrorCode::{RebalanceInProgress, StaleMemberEpoch};
    matches!(committed, Err(KafkaError::ConsumerCommit(RebalanceInProgress | StaleMemberEpoch)))
}

impl<C: ClientContext> ClientContext for GroupContext<C> {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = C::ENABLE_REFRESH_OAUTH_TOKEN;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.inner.log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.inner.stats(statistics);
    }

    fn stats_raw(&self, statistics: &[u8]) {
        self.inner.stats_raw(statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.inner.error(error, reason);
    }

    fn generate_oauth_token(&self, configuration: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.inner.generate_oauth_token(configuration)
    }
}

impl<C: ClientContext> ConsumerContext for GroupContext<C> {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(_) => {}
            Rebalance::Revoke(list) => {
                self.revoke(consumer, |topic, number| list.find_partition(topic, number).is_some());
            }
            // librdkafka gives them all back then.
            Rebalance::Error(_) => self.revoke(consumer, |_, _| true),
        }
    }
}

#[cfg(test)]
mod tests;
