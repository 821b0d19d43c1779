//! What a publisher counts, for those who watch it.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use kinetrace::__private::LazyInstruments;
use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use kinetrace::Telemetry;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};

use crate::send_error::DeliveryError;

/// Cloning shares them.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    stream: Arc<str>,
    instruments: LazyInstruments<Instruments>,
}

#[derive(Debug)]
struct Instruments {
    attributes: Vec<KeyValue>,
    sent: Counter<u64>,
    duration: Histogram<f64>,
    waiting_records: UpDownCounter<i64>,
    waiting_size: UpDownCounter<i64>,
    failed_attempts: Counter<u64>,
    halted_keys: Counter<u64>,
    resumed_keys: Counter<u64>,
}

impl Metrics {
    /// Without telemetry of its own, those of the global meter provider as of the first record.
    pub(crate) fn new(stream: &str, telemetry: Option<Telemetry>) -> Self {
        Self(Arc::new(Inner { stream: stream.into(), instruments: LazyInstruments::new(telemetry) }))
    }

    /// A record has been taken.
    pub(crate) fn take(&self, bytes: usize) -> Waiting {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.measure(|it| it.wait(1, bytes));
        Waiting { metrics: self.clone(), bytes, settled: false }
    }

    /// A record was not even taken.
    pub(crate) fn refuse(&self, reason: &DeliveryError) {
        self.measure(|it| it.settle(KeyValue::new(names::ERROR_TYPE, reason.error_type())));
    }

    /// A request took so long, and this was wrong with it.
    pub(crate) fn request(&self, duration: Duration, error_type: Option<&'static str>) {
        let operation_type = KeyValue::new(names::MESSAGING_OPERATION_TYPE, Operation::Send.name());
        let error_type = error_type.map(|error_type| KeyValue::new(names::ERROR_TYPE, error_type));
        let more = [operation_type].into_iter().chain(error_type);
        self.measure(|it| it.duration.record(duration.as_secs_f64(), &it.with(more)));
    }

    /// An attempt did not publish these records.
    pub(crate) fn fail_attempt(&self, error_type: &'static str, records: usize) {
        let error_type = KeyValue::new(names::ERROR_TYPE, error_type);
        self.measure(|it| it.failed_attempts.add(as_u64(records), &it.with([error_type])));
    }

    /// So many keys have been halted.
    pub(crate) fn halt(&self, keys: usize) {
        if keys == 0 {
            return;
        }
        self.measure(|it| it.halted_keys.add(as_u64(keys), &it.attributes));
    }

    /// A halted key goes on.
    pub(crate) fn resume(&self) {
        self.measure(|it| it.resumed_keys.add(1, &it.attributes));
    }

    fn measure(&self, measure: impl FnOnce(&Instruments)) {
        let Inner { stream, instruments } = &*self.0;
        instruments.measure(|meter| Instruments::new(meter, Arc::clone(stream)), measure);
    }
}

/// A record that waits. Dropped before its fate is known, it was abandoned.
#[derive(Debug)]
pub(crate) struct Waiting {
    metrics: Metrics,
    bytes: i64,
    settled: bool,
}

impl Waiting {
    /// The record arrived.
    pub(crate) fn arrive(&mut self, shard_id: &str) {
        self.settle(|| KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, shard_id.to_owned()));
    }

    /// The record did not arrive, or nobody knows.
    pub(crate) fn fail(&mut self, reason: &DeliveryError) {
        self.settle(|| KeyValue::new(names::ERROR_TYPE, reason.error_type()));
    }

    fn settle(&mut self, outcome: impl FnOnce() -> KeyValue) {
        if mem::replace(&mut self.settled, true) {
            return;
        }
        // Apart: one that panics must not keep the other from being measured.
        self.metrics.measure(|it| it.wait(-1, -self.bytes));
        self.metrics.measure(|it| it.settle(outcome()));
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.fail(&DeliveryError::Abandoned);
    }
}

impl Instruments {
    fn new(meter: &Meter, stream: Arc<str>) -> Self {
        Self {
            attributes: Operation::Send.metric_attributes(&Destination::Kinesis(stream)),
            sent: names::sent_messages(meter),
            duration: names::operation_duration(meter),
            waiting_records: meter
                .i64_up_down_counter(names::WAITING_RECORDS)
                .with_unit("{record}")
                .with_description("Records whose fate is not known yet.")
                .build(),
            waiting_size: meter
                .i64_up_down_counter(names::WAITING_SIZE)
                .with_unit("By")
                .with_description("Bytes of the records whose fate is not known yet.")
                .build(),
            failed_attempts: meter
                .u64_counter(names::FAILED_ATTEMPTS)
                .with_unit("{record}")
                .with_description("Records that an attempt did not publish, once for each attempt.")
                .build(),
            halted_keys: meter
                .u64_counter(names::HALTED_KEYS)
                .with_unit("{key}")
                .with_description("Keys that were halted because a record of theirs was given up.")
                .build(),
            resumed_keys: meter
                .u64_counter(names::RESUMED_KEYS)
                .with_unit("{key}")
                .with_description("Halted keys that went on.")
                .build(),
        }
    }

    fn wait(&self, records: i64, bytes: i64) {
        self.waiting_records.add(records, &self.attributes);
        self.waiting_size.add(bytes, &self.attributes);
    }

    fn settle(&self, outcome: KeyValue) {
        self.sent.add(1, &self.with([outcome]));
    }

    fn with(&self, more: impl IntoIterator<Item = KeyValue>) -> Vec<KeyValue> {
        self.attributes.iter().cloned().chain(more).collect()
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
