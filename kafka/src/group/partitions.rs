//! The partitions that this process has, each with its worker.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc as blocking;
use std::time::Instant;

use ::rdkafka::error::KafkaResult;
use ::rdkafka::{Offset, TopicPartitionList};
use kinetrace_consumer::kafka::EventRecord;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::progress::Progress;

/// So many records of a partition are read before their turn; the partition is paused then.
const MOST_IN_HAND: usize = 500;

/// A topic and the number of a partition.
type Place = (Arc<str>, i32);

#[derive(Default)]
pub(super) struct Partitions(HashMap<Place, Partition>);

struct Partition {
    records: mpsc::UnboundedSender<EventRecord>,
    revoked: watch::Sender<bool>,
    progress: Arc<Progress>,
    /// Closed once the worker has ended.
    ended: blocking::Receiver<()>,
    worker: AbortHandle,
    is_paused: bool,
    /// What librdkafka knows of the progress.
    stored: Option<i64>,
}

/// What a worker gets.
pub(super) struct Ends {
    pub(super) records: mpsc::UnboundedReceiver<EventRecord>,
    pub(super) revoked: watch::Receiver<bool>,
    pub(super) progress: Arc<Progress>,
    /// To be dropped as it ends.
    pub(super) _ended: blocking::Sender<()>,
}

impl Partitions {
    /// Gives a record to the worker of its partition, and starts one if it is the first. Whether the partition is to be paused.
    pub(super) fn give(&mut self, record: EventRecord, start: impl FnOnce(Ends) -> AbortHandle) -> bool {
        let place = (Arc::clone(&record.topic), record.partition);
        let partition = self.0.entry(place).or_insert_with(|| Partition::start(start));
        let in_hand = partition.progress.read_one();
        // It is closed only if the runtime is shutting down; the record then is read again by the next process.
        let _ = partition.records.send(record);
        let pauses = in_hand >= MOST_IN_HAND && !partition.is_paused;
        partition.is_paused |= pauses;
        pauses
    }

    /// Where to start again, of partitions for which that has changed.
    pub(super) fn progress(&mut self) -> KafkaResult<TopicPartitionList> {
        let mut changed = TopicPartitionList::new();
        for ((topic, number), partition) in &mut self.0 {
            let next = partition.progress.next();
            if let Some(offset) = next.filter(|_| next != partition.stored) {
                changed.add_partition_offset(topic, *number, Offset::Offset(offset))?;
                partition.stored = next;
            }
        }
        Ok(changed)
    }

    /// Those that were paused, and have worked off half of what they had.
    pub(super) fn resumed(&mut self) -> TopicPartitionList {
        let mut resumed = TopicPartitionList::new();
        for ((topic, number), partition) in &mut self.0 {
            if partition.is_paused && partition.progress.in_hand() <= MOST_IN_HAND / 2 {
                partition.is_paused = false;
                resumed.add_partition(topic, *number);
            }
        }
        resumed
    }

    /// Ends the workers of these partitions, and waits until `until` for what is with their handlers. Where to start each again.
    pub(super) fn revoke(
        &mut self,
        is_meant: impl Fn(&str, i32) -> bool,
        until: Instant,
    ) -> KafkaResult<TopicPartitionList> {
        let revoked: Vec<_> = self.0.extract_if(|(topic, number), _| is_meant(topic, *number)).collect();
        for (_, partition) in &revoked {
            // No receiver is a worker that has ended.
            let _ = partition.revoked.send(true);
        }
        let mut next = TopicPartitionList::new();
        for ((topic, number), partition) in revoked {
            // The worker sends nothing: it ends, or time is up.
            let _ = partition.ended.recv_timeout(until.saturating_duration_since(Instant::now()));
            partition.worker.abort();
            if let Some(offset) = partition.progress.next() {
                next.add_partition_offset(&topic, number, Offset::Offset(offset))?;
            }
        }
        Ok(next)
    }
}

impl Partition {
    fn start(start: impl FnOnce(Ends) -> AbortHandle) -> Self {
        let (records, received) = mpsc::unbounded_channel();
        let (revoked, is_revoked) = watch::channel(false);
        let (ends, ended) = blocking::channel();
        let progress = Arc::new(Progress::new());
        let given = Ends { records: received, revoked: is_revoked, progress: Arc::clone(&progress), _ended: ends };
        Self { worker: start(given), records, revoked, progress, ended, is_paused: false, stored: None }
    }
}
