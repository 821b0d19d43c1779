//! The partitions that this process has, each with its worker.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::rdkafka::error::KafkaResult;
use ::rdkafka::{Offset, TopicPartitionList};
use kinetrace_consumer::kafka::EventRecord;
use tokio::task::AbortHandle;

use super::partition::{Ends, Partition};

/// How long it is waited for handlers that were told to be dropped. One that blocks its thread is not dropped.
const ABORT_PATIENCE: Duration = Duration::from_secs(1);

/// A topic and the number of a partition.
type Place = (Arc<str>, i32);

#[derive(Default)]
pub(super) struct Partitions(HashMap<Place, Partition>);

/// Partitions whose workers have ended.
pub(super) struct Revoked {
    /// Where to start each again.
    pub(super) next: KafkaResult<TopicPartitionList>,
    /// Those that are paused.
    pub(super) paused: TopicPartitionList,
}

impl Partitions {
    /// Gives a record to the worker of its partition, and starts one if it is the first. Whether the partition is to be paused.
    pub(super) fn give(&mut self, record: EventRecord, start: impl FnOnce(Ends) -> AbortHandle) -> bool {
        let place = (Arc::clone(&record.topic), record.partition);
        let partition = self.0.entry(place).or_insert_with(|| Partition::start(record.offset, start));
        partition.give(record);
        partition.is_to_pause()
    }

    /// Where to start again, of partitions for which librdkafka knows something else.
    pub(super) fn progress(&self) -> KafkaResult<TopicPartitionList> {
        offsets(self.0.iter().filter(|(_, partition)| partition.stored != Some(partition.next())))
    }

    /// Those that were paused, and have worked off half of what they had.
    pub(super) fn to_resume(&self) -> TopicPartitionList {
        places(self.0.iter().filter(|(_, partition)| partition.is_to_resume()))
    }

    /// librdkafka was told these offsets.
    pub(super) fn note_stored(&mut self, list: &TopicPartitionList) {
        self.note(list, |partition, offset| partition.stored = offset.to_raw());
    }

    /// librdkafka was told to pause these, or to go on with them.
    pub(super) fn note_paused(&mut self, list: &TopicPartitionList, is_paused: bool) {
        self.note(list, |partition, _| partition.is_paused = is_paused);
    }

    /// Of a list that librdkafka was given, it says for each partition whether it agreed.
    fn note(&mut self, list: &TopicPartitionList, note: impl Fn(&mut Partition, Offset)) {
        for it in list.elements().iter().filter(|it| it.error().is_ok()) {
            if let Some(partition) = self.0.get_mut(&(Arc::from(it.topic()), it.partition())) {
                note(partition, it.offset());
            }
        }
    }

    /// Whether a worker has ended by a panic: nothing more of its partition would be processed.
    pub(super) fn has_lost_a_worker(&self) -> bool {
        self.0.values().any(Partition::has_lost_its_worker)
    }

    /// Ends the workers of these partitions, and waits until `until` for what is with their handlers, which then is dropped: what
    /// the next member does is not to overlap with it.
    pub(super) fn revoke(&mut self, is_meant: impl Fn(&str, i32) -> bool, until: Instant) -> Revoked {
        let revoked: Vec<_> = self.0.extract_if(|(topic, number), _| is_meant(topic, *number)).collect();
        for (_, partition) in &revoked {
            partition.revoke();
        }
        let late: Vec<_> = revoked.iter().filter(|(_, partition)| !partition.ends_by(until)).collect();
        for (_, partition) in &late {
            partition.abort();
        }
        let until = Instant::now() + ABORT_PATIENCE;
        for (_, partition) in late {
            partition.ends_by(until);
        }
        let all = || revoked.iter().map(|(place, partition)| (place, partition));
        Revoked { next: offsets(all()), paused: places(all().filter(|(_, partition)| partition.is_paused)) }
    }
}

fn offsets<'a>(partitions: impl Iterator<Item = (&'a Place, &'a Partition)>) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    for ((topic, number), partition) in partitions {
        list.add_partition_offset(topic, *number, Offset::Offset(partition.next()))?;
    }
    Ok(list)
}

fn places<'a>(partitions: impl Iterator<Item = (&'a Place, &'a Partition)>) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for ((topic, number), _) in partitions {
        list.add_partition(topic, *number);
    }
    list
}

#[cfg(test)]
mod tests;
