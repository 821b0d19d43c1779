//! What a traced producer counts, for those who watch it.

use std::sync::Arc;
use std::time::Duration;

use kinetrace::__private::LazyInstruments;
use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use kinetrace::Telemetry;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};

/// Cloning shares them.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<LazyInstruments<Instruments>>);

#[derive(Debug)]
struct Instruments {
    sent: Counter<u64>,
    duration: Histogram<f64>,
}

impl Metrics {
    /// Without telemetry of its own, those of the global meter provider as of the first record.
    pub(crate) fn new(telemetry: Option<Telemetry>) -> Self {
        Self(Arc::new(LazyInstruments::new(telemetry)))
    }

    /// A record ended after so long: in a partition, by an error, or so that nobody knows.
    #[cfg(any(feature = "rdkafka", feature = "krafka"))]
    pub(crate) fn end(&self, topic: &Destination, duration: Duration, outcome: Option<KeyValue>) {
        self.0.measure(Instruments::new, |it| {
            let mut attributes = Operation::Send.metric_attributes(topic);
            attributes.extend(outcome);
            it.sent.add(1, &attributes);
            attributes.push(KeyValue::new(names::MESSAGING_OPERATION_TYPE, Operation::Send.name()));
            it.duration.record(duration.as_secs_f64(), &attributes);
        });
    }
}

impl Instruments {
    fn new(meter: &Meter) -> Self {
        Self { sent: names::sent_messages(meter), duration: names::operation_duration(meter) }
    }
}
