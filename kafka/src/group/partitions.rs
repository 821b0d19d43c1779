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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::JoinHandle;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    /// A worker that is busy with its first record until it is told to end it.
    fn busy(ends: Ends, done: tokio::sync::oneshot::Receiver<()>) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut ends = ends;
            let record = ends.records.recv().await.unwrap();
            if done.await.is_ok() {
                ends.progress.finish(1, record.offset + 1);
            }
            ends.revoked.wait_for(|is_revoked| *is_revoked).await.unwrap();
        })
    }

    fn given(partitions: &mut Partitions, number: i32) -> tokio::sync::oneshot::Sender<()> {
        let (finish, done) = tokio::sync::oneshot::channel();
        let record = EventRecord::new("flights", number, 4711, None);
        assert!(!partitions.give(record, |ends| busy(ends, done).abort_handle()));
        finish
    }

    fn offsets(list: &TopicPartitionList) -> Vec<(i32, Offset)> {
        list.elements().iter().map(|it| (it.partition(), it.offset())).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_revocation_waits_for_the_record_in_flight_and_counts_it() {
        let mut partitions = Partitions::default();
        let (finish, _others) = (given(&mut partitions, 0), given(&mut partitions, 1));
        let (begins, begun) = blocking::channel();
        let revoking = std::thread::spawn(move || {
            begins.send(()).unwrap();
            let next = partitions.revoke(|_, number| number == 0, Instant::now() + LONG).unwrap();
            (offsets(&next), partitions.0.len())
        });
        begun.recv().unwrap();
        tokio::task::yield_now().await;
        finish.send(()).unwrap();
        let (next, left) = revoking.join().unwrap();
        assert_eq!((next, left), (vec![(0, Offset::Offset(4712))], 1), "the other partition stays");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_revocation_that_runs_out_of_time_counts_only_what_is_done() {
        let mut partitions = Partitions::default();
        let _finish = given(&mut partitions, 0);
        let next = partitions.revoke(|_, _| true, Instant::now()).unwrap();
        assert_eq!((offsets(&next), partitions.0.len()), (Vec::new(), 0));
    }

    #[tokio::test]
    async fn progress_is_told_once_and_a_partition_pauses_and_resumes_by_what_it_has_in_hand() {
        let mut partitions = Partitions::default();
        let mut progress = None;
        for offset in 0..2 * i64::try_from(MOST_IN_HAND).unwrap() {
            let record = EventRecord::new("flights", 0, offset, None);
            let pauses = partitions.give(record, |ends| {
                progress = Some(Arc::clone(&ends.progress));
                tokio::spawn(async move { drop(ends) }).abort_handle()
            });
            assert_eq!(pauses, offset + 1 == i64::try_from(MOST_IN_HAND).unwrap(), "{offset}");
        }
        let progress = progress.unwrap();
        assert_eq!((partitions.progress().unwrap().count(), partitions.resumed().count()), (0, 0));
        progress.finish(MOST_IN_HAND, 500);
        assert_eq!(
            (offsets(&partitions.progress().unwrap()), partitions.resumed().count()),
            (vec![(0, Offset::Offset(500))], 0)
        );
        progress.finish(MOST_IN_HAND / 2, 750);
        assert_eq!(partitions.resumed().count(), 1);
        assert_eq!(offsets(&partitions.progress().unwrap()), [(0, Offset::Offset(750))]);
        assert_eq!((partitions.progress().unwrap().count(), partitions.resumed().count()), (0, 0));
    }
}
