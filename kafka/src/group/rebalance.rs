//! What happens to partitions when the group is dealt anew.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ::rdkafka::TopicPartitionList;
use ::rdkafka::client::ClientContext;
use ::rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use ::rdkafka::error::KafkaResult;
use kinetrace::__private::warn;

use super::partitions::Partitions;

/// Called by the thread that polls, and by no other.
pub(super) struct GroupContext {
    partitions: Mutex<Partitions>,
    /// How long a revocation waits for handlers.
    patience: Duration,
}

impl GroupContext {
    pub(super) fn new(patience: Duration) -> Self {
        Self { partitions: Mutex::default(), patience }
    }

    /// Not to be held while the consumer is polled, which may revoke some of them.
    pub(super) fn partitions(&self) -> MutexGuard<'_, Partitions> {
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends their workers, once what is with the handlers is done, and commits how far they got.
    pub(super) fn revoke(&self, consumer: &BaseConsumer<Self>, is_meant: impl Fn(&str, i32) -> bool) {
        let next = self.partitions().revoke(is_meant, Instant::now() + self.patience);
        let committed = next.and_then(|next| commit(consumer, &next));
        if let Err(error) = committed {
            // The next member begins with what was committed before: some records come again, and none is lost.
            warn(&format!(
                "the progress of partitions that were revoked cannot be committed, so records come again: {error}"
            ));
        }
    }
}

fn commit(consumer: &BaseConsumer<GroupContext>, next: &TopicPartitionList) -> KafkaResult<()> {
    if next.count() == 0 { Ok(()) } else { consumer.commit(next, CommitMode::Sync) }
}

impl ClientContext for GroupContext {}

impl ConsumerContext for GroupContext {
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
