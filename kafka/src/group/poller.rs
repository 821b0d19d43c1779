//! The thread that polls. It alone calls the consumer of librdkafka, and it never waits for a handler but at a revocation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ::rdkafka::consumer::{BaseConsumer, Consumer as _};
use ::rdkafka::error::{KafkaError, KafkaResult};
use ::rdkafka::message::BorrowedMessage;
use ::rdkafka::{Message as _, TopicPartitionList};
use kinetrace::__private::warn;
use tokio::task::AbortHandle;

use super::message::record;
use super::partitions::Ends;
use super::rebalance::GroupContext;

/// How often progress is looked at.
const TICK: Duration = Duration::from_millis(50);

pub(super) struct Poller<S> {
    pub(super) consumer: BaseConsumer<GroupContext>,
    /// Starts the worker of a partition.
    pub(super) start: S,
    pub(super) is_stopped: Arc<AtomicBool>,
    /// Those that were met, so that records share their names.
    pub(super) topics: Vec<Arc<str>>,
}

impl<S: Fn(Ends) -> AbortHandle> Poller<S> {
    /// Until it is stopped, or the consumer cannot go on. Either way, what is with the handlers is finished and committed.
    pub(super) fn run(mut self) -> Result<(), KafkaError> {
        let polled = self.poll();
        self.consumer.context().revoke(&self.consumer, |_, _| true);
        polled
    }

    fn poll(&mut self) -> Result<(), KafkaError> {
        let mut ticked = Instant::now();
        while !self.is_stopped.load(Ordering::Relaxed) {
            match self.consumer.poll(TICK) {
                Some(Ok(message)) => give(&self.consumer, &message, &mut self.topics, &self.start),
                Some(Err(error)) => Err(error),
                None => Ok(()),
            }
            .or_else(tell)?;
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                self.tick().or_else(tell)?;
            }
        }
        Ok(())
    }

    fn tick(&self) -> KafkaResult<()> {
        let (progress, resumed) = {
            let mut partitions = self.consumer.context().partitions();
            (partitions.progress()?, partitions.resumed())
        };
        if progress.count() > 0 {
            self.consumer.store_offsets(&progress)?;
        }
        if resumed.count() > 0 {
            self.consumer.resume(&resumed)?;
        }
        Ok(())
    }
}

fn give(
    consumer: &BaseConsumer<GroupContext>,
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
        consumer.pause(&paused)?;
    }
    Ok(())
}

/// librdkafka goes on after most errors by itself.
fn tell(error: KafkaError) -> Result<(), KafkaError> {
    match error {
        KafkaError::PartitionEOF(_) => Ok(()),
        KafkaError::MessageConsumptionFatal(_) => Err(error),
        other => {
            warn(format!("records cannot be read, or not be committed, for now: {other}"));
            Ok(())
        }
    }
}
