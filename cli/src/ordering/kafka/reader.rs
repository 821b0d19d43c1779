//! A consumer as Kafka has them: partitions side by side, each in the order of its log, one record after the other.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace::history::Event;
use kinetrace_testbed::kafka::{KafkaError, Log, Logged, Topic};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::carrier::Carrier;
use super::sent::Sent;
use super::work::Work;

/// A read that brings nothing ends after so long.
const WAIT: Duration = Duration::from_millis(50);

/// What all partitions share.
#[derive(Debug)]
pub(super) struct Business {
    pub(super) topic: Arc<str>,
    pub(super) carrier: Carrier,
    pub(super) telemetry: Telemetry,
    /// What the publisher has sent.
    pub(super) sent: Sent,
    /// Decides how long records take; `None` if they take no time.
    pub(super) seed: Option<u64>,
    /// Where the lines go.
    pub(super) lines: UnboundedSender<Event>,
}

/// A reader at work. It ends with its first error, or when it is told to.
#[derive(Debug)]
pub(super) struct Reader {
    topic: Topic,
    growths: mpsc::Sender<(i32, oneshot::Sender<()>)>,
    /// By partition, the offset after the last record that was processed.
    progress: watch::Receiver<BTreeMap<i32, i64>>,
    task: JoinHandle<Result<(), KafkaError>>,
}

impl Reader {
    /// Begins to read these partitions.
    pub(super) async fn start(topic: &Topic, partitions: i32, business: Business) -> Result<Self, KafkaError> {
        let log = topic.read(partitions).await?;
        let (growths, growing) = mpsc::channel(1);
        let (processed, progress) = watch::channel(BTreeMap::new());
        let work = Work { business, processed };
        let task = tokio::spawn(read(log, growing, Arc::new(work)));
        Ok(Self { topic: topic.clone(), growths, progress, task })
    }

    /// Also reads partitions that have been added, from now on.
    pub(super) async fn extend_to(&self, partitions: i32) {
        let (done, extended) = oneshot::channel();
        // A reader that has ended tells why when it is closed.
        if self.growths.send((partitions, done)).await.is_ok() {
            let _ = extended.await;
        }
    }

    /// Waits until all is processed that is in these partitions now, or the reader has ended.
    pub(super) async fn drain(&self, partitions: i32) -> Result<(), KafkaError> {
        let log = self.topic.read(partitions).await?;
        let mut progress = self.progress.clone();
        for partition in 0..partitions {
            let end = log.end(partition).await?;
            let is_done = |processed: &BTreeMap<i32, i64>| processed.get(&partition).copied().unwrap_or(0) >= end;
            let _ = progress.wait_for(is_done).await;
        }
        Ok(())
    }

    /// Ends it, and says what was wrong with it.
    pub(super) async fn close(self) -> Result<(), KafkaError> {
        drop(self.growths);
        // Its only other failure would be a panic.
        self.task.await.unwrap_or(Ok(()))
    }
}

async fn read(
    log: Log,
    mut growths: mpsc::Receiver<(i32, oneshot::Sender<()>)>,
    work: Arc<Work>,
) -> Result<(), KafkaError> {
    let mut lanes: HashMap<i32, UnboundedSender<Logged>> = HashMap::new();
    let mut tasks = JoinSet::new();
    loop {
        let records = tokio::select! {
            growth = growths.recv() => match growth {
                Some((partitions, done)) => {
                    log.extend_to(partitions).await?;
                    let _ = done.send(());
                    continue;
                }
                None => break,
            },
            records = log.next(WAIT) => records?,
        };
        for record in records {
            let lane = lanes.entry(record.partition).or_insert_with(|| {
                let (sender, mut waiting) = mpsc::unbounded_channel();
                let work = Arc::clone(&work);
                tasks.spawn(async move {
                    while let Some(record) = waiting.recv().await {
                        work.process(record).await;
                    }
                });
                sender
            });
            // It cannot be closed: its task ends after its sender.
            let _ = lane.send(record);
        }
    }
    drop(lanes);
    while tasks.join_next().await.is_some() {}
    Ok(())
}
