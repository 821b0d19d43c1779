//! The thread that polls. It alone calls the consumer of librdkafka, and it never waits for a handler but at a revocation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ::rdkafka::client::ClientContext;
use ::rdkafka::consumer::{BaseConsumer, Consumer as _};
use ::rdkafka::error::{KafkaError, KafkaResult};
use ::rdkafka::message::BorrowedMessage;
use ::rdkafka::{Message as _, TopicPartitionList};
use kinetrace::__private::warn;
use tokio::task::AbortHandle;

use super::group_error::GroupError;
use super::message::record;
use super::partition::Ends;
use super::rebalance::GroupContext;

/// How often progress is looked at.
const TICK: Duration = Duration::from_millis(50);

/// The same after a failure, of which a line tells each time.
const TICK_AFTER_FAILURE: Duration = Duration::from_secs(1);

pub(super) struct Poller<S, C: ClientContext> {
    pub(super) consumer: BaseConsumer<GroupContext<C>>,
    /// Starts the worker of a partition.
    pub(super) start: S,
    pub(super) is_stopped: Arc<AtomicBool>,
    /// Those that were met, so that records share their names.
    pub(super) topics: Vec<Arc<str>>,
}

impl<S: Fn(Ends) -> AbortHandle, C: ClientContext> Poller<S, C> {
    /// Until it is stopped, or the consumer or a worker cannot go on. Either way, what is with the handlers is finished and
    /// committed.
    pub(super) fn run(mut self) -> Result<(), GroupError> {
        let polled = self.poll();
        self.consumer.context().revoke(&self.consumer, |_, _| true);
        polled
    }

    fn poll(&mut self) -> Result<(), GroupError> {
        let mut tick = Instant::now() + TICK;
        while !self.is_stopped.load(Ordering::Relaxed) {
            match self.consumer.poll(TICK) {
                Some(Ok(message)) => give(&self.consumer, &message, &mut self.topics, &self.start),
                Some(Err(error)) => Err(error),
                None => Ok(()),
            }
            .or_else(tell)?;
            if Instant::now() >= tick {
                let ticked = self.tick();
                tick = Instant::now() + if ticked.is_ok() { TICK } else { TICK_AFTER_FAILURE };
                ticked.or_else(tell)?;
                if self.consumer.context().partitions().has_lost_a_worker() {
                    return Err(GroupError::Ended);
                }
            }
        }
        Ok(())
    }

    /// What fails is tried again at the next one.
    fn tick(&self) -> KafkaResult<()> {
        // Neither waits for the other.
        let (stored, resumed) = (self.store(), self.resume());
        stored.and(resumed)
    }

    fn store(&self) -> KafkaResult<()> {
        let progress = self.consumer.context().partitions().progress()?;
        if progress.count() == 0 {
            return Ok(());
        }
        let stored = self.consumer.store_offsets(&progress);
        self.consumer.context().partitions().note_stored(&progress);
        stored
    }

    fn resume(&self) -> KafkaResult<()> {
        let paused = self.consumer.context().partitions().to_resume();
        if paused.count() == 0 {
            return Ok(());
        }
        self.consumer.resume(&paused)?;
        self.consumer.context().partitions().note_paused(&paused, false);
        Ok(())
    }
}

fn give(
    consumer: &BaseConsumer<GroupContext<impl ClientContext>>,
    message: &BorrowedMessage<'_>,
    topics: &mut Vec<Arc<str>>,
    start: impl Fn(Ends) -> AbortHandle,
) -> KafkaResult<()> {
    let known = topics.iter().find(|topic| ***topic == *message.topic()).map(Arc::clone);
    let topic = known.unwrap_or_else(|| {
        let topic: Arc<str> = message.topic().into();
        topics.push(Arc::clone(&topic));
        topic
    });
    let pauses = consumer.context().partitions().give(record(message, topic), start);
    if pauses {
        let mut paused = TopicPartitionList::new();
        paused.add_partition(message.topic(), message.partition());
        // If it fails, the next record tries again.
        consumer.pause(&paused)?;
        consumer.context().partitions().note_paused(&paused, true);
    }
    Ok(())
}

/// librdkafka goes on after most errors by itself.
fn tell(error: KafkaError) -> Result<(), GroupError> {
    match error {
        KafkaError::PartitionEOF(_) => Ok(()),
        KafkaError::MessageConsumptionFatal(_) => Err(error.into()),
        other => {
            warn(format!("records cannot be read, or not be committed, for now: {other}"));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
