//! What a consumer measures: each record's age, its fate, and how long that took.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kinetrace::__private::LazyInstruments;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::Telemetry;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};
use tokio::time::Instant;

use crate::record::Record;
use crate::transport::Transport;

/// Shards that are remembered. An environment sees a few, and a stream of thousands must not fill its memory.
const MAX_SHARDS: usize = 256;

#[derive(Debug)]
pub(crate) struct Metrics(LazyInstruments<Instruments>);

#[derive(Debug)]
struct Instruments {
    duration: Histogram<f64>,
    consumed: Counter<u64>,
    age: Histogram<f64>,
    duplicates: Counter<u64>,
    conflicts: Counter<u64>,
    /// By the shard's name.
    shards: Mutex<HashMap<Arc<str>, Arc<Shard>>>,
}

/// What is said of the records of one shard, made once for them all.
#[derive(Debug)]
struct Shard {
    stream: Arc<str>,
    of_stream: Vec<KeyValue>,
    of_shard: Vec<KeyValue>,
}

/// A record that is being processed. Dropped before the end it is not counted, because its fate is unknown.
#[derive(Debug)]
#[must_use]
pub(crate) struct Measurement<'a>(Option<UnderWay<'a>>);

#[derive(Debug)]
struct UnderWay<'a> {
    metrics: &'a Metrics,
    shard: Arc<Shard>,
    start: Instant,
}

impl Metrics {
    pub(crate) fn new(telemetry: Telemetry) -> Self {
        Self(LazyInstruments::new(Some(telemetry)))
    }

    /// The record is about to be handed to the business code.
    pub(crate) fn begin<T: Transport>(&self, record: &Record) -> Measurement<'_> {
        let shard = self.measure(|it| it.shard::<T>(record));
        Measurement(shard.map(|shard| {
            if let Some(age) = record.age() {
                self.measure(|it| it.age.record(age.as_secs_f64(), &shard.of_shard));
            }
            UnderWay { metrics: self, shard, start: Instant::now() }
        }))
    }

    fn measure<R>(&self, measure: impl FnOnce(&Instruments) -> R) -> Option<R> {
        self.0.measure(Instruments::new, measure)
    }
}

impl Measurement<'_> {
    /// It was a copy of a record that was processed before.
    pub(crate) fn skip(self) {
        let Some(UnderWay { metrics, shard, .. }) = self.0 else { return };
        metrics.measure(|it| it.duplicates.add(1, &shard.of_shard));
    }

    /// Another record of its number was processed before.
    pub(crate) fn conflict(&self) {
        let Some(UnderWay { metrics, shard, .. }) = &self.0 else { return };
        metrics.measure(|it| it.conflicts.add(1, &shard.of_shard));
    }

    /// The business code is done with it.
    pub(crate) fn end(self, error_type: Option<&'static str>) {
        let Some(UnderWay { metrics, shard, start }) = self.0 else { return };
        let duration = start.elapsed().as_secs_f64();
        // Two measurements: one that panics must not keep the other from being made.
        let Some(error_type) = error_type else {
            metrics.measure(|it| it.duration.record(duration, &shard.of_stream));
            metrics.measure(|it| it.consumed.add(1, &shard.of_shard));
            return;
        };
        // After most failures the batch is over, so this need not be fast.
        let failed = |of: &[KeyValue]| [of, &[KeyValue::new(names::ERROR_TYPE, error_type)]].concat();
        metrics.measure(|it| it.duration.record(duration, &failed(&shard.of_stream)));
        metrics.measure(|it| it.consumed.add(1, &failed(&shard.of_shard)));
    }
}

impl Instruments {
    fn new(meter: &Meter) -> Self {
        Self {
            duration: meter
                .f64_histogram(names::MESSAGING_PROCESS_DURATION)
                .with_unit("s")
                .with_description("Duration of processing operation.")
                .with_boundaries(names::OPERATION_DURATION_BOUNDARIES.into())
                .build(),
            consumed: meter
                .u64_counter(names::MESSAGING_CLIENT_CONSUMED_MESSAGES)
                .with_unit("{message}")
                .with_description("Number of messages that were delivered to the application.")
                .build(),
            age: meter
                .f64_histogram(names::RECORD_AGE)
                .with_unit("s")
                .with_description("How long records waited in the stream before they were handed to the application.")
                .with_boundaries(names::RECORD_AGE_BOUNDARIES.into())
                .build(),
            duplicates: meter
                .u64_counter(names::DUPLICATES)
                .with_unit("{record}")
                .with_description("Records that were skipped because they were processed before.")
                .build(),
            conflicts: meter
                .u64_counter(names::CONFLICTS)
                .with_unit("{record}")
                .with_description("Records whose count another one had that was processed before.")
                .build(),
            shards: Mutex::default(),
        }
    }

    fn shard<T: Transport>(&self, Record { stream, shard_id, .. }: &Record) -> Arc<Shard> {
        let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shards.get(shard_id).filter(|known| known.stream == *stream) {
            return Arc::clone(known);
        }
        if shards.len() >= MAX_SHARDS {
            shards.clear();
        }
        let shard = Arc::new(Shard::new::<T>(stream, shard_id));
        shards.insert(Arc::clone(shard_id), Arc::clone(&shard));
        shard
    }
}

impl Shard {
    fn new<T: Transport>(stream: &Arc<str>, shard_id: &Arc<str>) -> Self {
        let of_stream = T::metric_attributes(stream);
        let shard = KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, Arc::clone(shard_id));
        let of_shard = [&of_stream[..], &[shard]].concat();
        Self { stream: Arc::clone(stream), of_stream, of_shard }
    }
}

#[cfg(test)]
mod tests;
