//! A topic at work: reads its partitions, and invokes the function, until the mapping is stopped.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use super::super::batch::{Batch, Settled};
use super::super::error::Error;
use super::super::invoke::Invoke;
use super::super::outcome::Outcome;
use super::super::patience;
use super::super::progress::Progress;
use super::batch_response::outcome;
use super::dialect::Dialect;
use super::discard::{Condition, Discard};
use super::event::EventWriter;
use super::partitions::Partitions;
use super::reader::{self, Reader};
use super::record::Record;
use super::settings::Settings;
use super::source::Source;

/// A topic that is mapped to a function, and how far that is.
#[derive(Debug)]
pub(super) struct Topic<S, I> {
    pub(super) source: Arc<S>,
    pub(super) settings: Settings,
    pub(super) invoker: Arc<I>,
    pub(super) progress: watch::Sender<Progress<Discard>>,
}

impl<S: Source, I: Invoke> Topic<S, I> {
    /// Works until it is stopped or cannot go on, which it notes in the progress.
    pub(super) async fn run(self, stop: watch::Receiver<bool>) {
        if let Err(error) = self.follow(stop).await {
            self.progress.send_modify(|progress| progress.fail(error));
        }
    }

    /// On a stop, waits for the invocations in flight and begins no others.
    async fn follow(&self, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
        let (settings, source) = (&self.settings, &self.source);
        let mut partitions = Partitions::new(settings.clone());
        let writer = EventWriter::new(&settings.cluster, source.topic());
        let mut rng = fastrand::Rng::with_seed(settings.seed);
        let (mut idle, mut known, mut stopping) = (Vec::<Reader>::new(), 0_u32, false);
        let mut unread = 0;
        let (mut reads, mut in_flight) = (FuturesUnordered::new(), FuturesUnordered::new());
        let mut counting = Box::pin(reader::count(Arc::clone(source), std::time::Duration::ZERO));
        loop {
            let (thirsty, sated): (Vec<_>, Vec<_>) =
                idle.into_iter().partition(|it| partitions.waiting(it.partition) < settings.read_ahead());
            idle = sated;
            let read = |it: Reader| it.read(Arc::clone(source), settings.read_ahead(), settings.poll_interval);
            reads.extend(thirsty.into_iter().map(read));
            self.expire(&mut partitions);
            // Not before every partition was read once: else the first batches are all of one partition.
            while let Some(batch) = (!stopping && unread == 0).then(|| partitions.take()).flatten() {
                in_flight.push(self.invoke(&writer, Dialect::any(&mut rng), batch));
            }
            if stopping && in_flight.is_empty() {
                return Ok(());
            }
            tokio::select! {
                Some((batch, outcome)) = in_flight.next() => {
                    let settled = partitions.settle(batch, &outcome);
                    self.progress.send_modify(|progress| record(progress, settled));
                }
                Some(read) = reads.next(), if !stopping => {
                    let (reader, records, is_first) = read?;
                    unread -= u32::from(is_first);
                    let shard = reader.partition.to_string();
                    let numbers = records.iter().map(Record::number);
                    self.progress.send_modify(|progress| progress.reading(&shard).record(numbers));
                    records.into_iter().for_each(|record| partitions.push(record));
                    idle.push(reader);
                }
                count = &mut counting, if !stopping => {
                    let count = count?;
                    partitions.grow(count);
                    idle.extend((known..count).map(Reader::new));
                    unread += count.saturating_sub(known);
                    known = known.max(count);
                    counting.set(reader::count(Arc::clone(source), settings.poll_interval * 10));
                }
                _ = stop.wait_for(|stop| *stop), if !stopping => stopping = true,
            }
        }
    }

    async fn invoke(&self, writer: &EventWriter, dialect: Dialect, batch: Batch<Record>) -> (Batch<Record>, Outcome) {
        tokio::time::sleep(patience::backoff(batch.failures)).await;
        let answer = self.invoker.invoke(writer.write(&batch.records, dialect)).await;
        let outcome = outcome(answer, self.settings.reading(), self.source.topic(), &batch.records);
        (batch, outcome)
    }

    fn expire(&self, partitions: &mut Partitions) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let Some(oldest) = self.settings.oldest(now) else { return };
        let records = partitions.expire(oldest);
        if !records.is_empty() {
            let condition = Condition::RecordAgeExceeded;
            self.progress.send_modify(|progress| {
                discard(progress, Discard { condition, reason: String::new(), records });
            });
        }
    }
}

/// Takes down one answer of the function.
fn record(progress: &mut Progress<Discard>, settled: Settled<Record>) {
    progress.invoked();
    settle(progress, &settled.done);
    if let Some((records, reason)) = settled.discarded {
        discard(progress, Discard { condition: Condition::RetryAttemptsExhausted, reason, records });
    }
}

fn discard(progress: &mut Progress<Discard>, discard: Discard) {
    settle(progress, &discard.records);
    progress.discard(discard);
}

fn settle(progress: &mut Progress<Discard>, records: &[Record]) {
    for partition in records.chunk_by(|a, b| a.partition == b.partition) {
        let shard = partition[0].partition.to_string();
        partition.iter().for_each(|record| progress.settle(&shard, &record.number()));
    }
}
