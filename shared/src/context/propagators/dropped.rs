//! What of contexts was too much to travel.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::limits::{MAX_BAGGAGE_BYTES, MAX_BAGGAGE_MEMBERS, MAX_TRACESTATE_BYTES, MAX_TRACESTATE_MEMBERS};
use crate::semantic_conventions as names;

/// Members that were dropped since the process began, by where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// Of a `tracestate` that was read.
    pub tracestate_read: u64,
    /// Of a `tracestate` that was written.
    pub tracestate_written: u64,
    /// Of `baggage` that was read.
    pub baggage_read: u64,
    /// Of `baggage` that was written.
    pub baggage_written: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) tracestate_read: AtomicU64,
    pub(super) tracestate_written: AtomicU64,
    pub(super) baggage_read: AtomicU64,
    pub(super) baggage_written: AtomicU64,
    is_told: AtomicBool,
}

impl Counts {
    pub(super) fn dropped(&self) -> Dropped {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Dropped {
            tracestate_read: load(&self.tracestate_read),
            tracestate_written: load(&self.tracestate_written),
            baggage_read: load(&self.baggage_read),
            baggage_written: load(&self.baggage_written),
        }
    }

    /// A line about the first members that were dropped, once.
    pub(super) fn first_line(&self, max_baggage_bytes: usize) -> Option<String> {
        let line = self.dropped().line(max_baggage_bytes)?;
        (!self.is_told.swap(true, Ordering::Relaxed)).then_some(line)
    }

    /// Nothing is shown as long as nothing was dropped.
    pub(super) fn observe(self: &Arc<Self>, meter: &Meter) {
        let counts = Arc::clone(self);
        meter
            .u64_observable_counter(names::DROPPED_MEMBERS)
            .with_unit("{member}")
            .with_description("Members of tracestate and baggage that did not travel, because there were too many.")
            .with_callback(move |observer| {
                for (count, field, direction) in counts.dropped().each().into_iter().filter(|(count, ..)| *count > 0) {
                    let attributes =
                        [KeyValue::new(names::FIELD, field), KeyValue::new(names::NETWORK_IO_DIRECTION, direction)];
                    observer.observe(count, &attributes);
                }
            })
            .build();
    }
}

impl Dropped {
    fn each(self) -> [(u64, &'static str, &'static str); 4] {
        [
            (self.tracestate_read, "tracestate", "receive"),
            (self.tracestate_written, "tracestate", "transmit"),
            (self.baggage_read, "baggage", "receive"),
            (self.baggage_written, "baggage", "transmit"),
        ]
    }

    fn line(self, max_baggage_bytes: usize) -> Option<String> {
        let tracestate = format!("{MAX_TRACESTATE_BYTES} bytes and {MAX_TRACESTATE_MEMBERS} members");
        let reasons = [
            (self.tracestate_read, "of an incoming tracestate", tracestate.clone()),
            (self.tracestate_written, "of a tracestate to be sent", tracestate),
            (
                self.baggage_read,
                "of baggage that came",
                format!("{MAX_BAGGAGE_BYTES} bytes and {MAX_BAGGAGE_MEMBERS} members"),
            ),
            (
                self.baggage_written,
                "of baggage to be sent",
                format!(
                    "{max_baggage_bytes} bytes (KINETRACE_MAX_BAGGAGE_BYTES; KINETRACE_BAGGAGE_KEYS names what travels)"
                ),
            ),
        ];
        let parts: Vec<_> = reasons
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, what, limit)| format!("{count} {what}, beyond {limit}"))
            .collect();
        let metric = names::DROPPED_MEMBERS;
        (!parts.is_empty()).then(|| {
            format!("members of contexts do not travel: {}. The metric {metric} counts further ones", parts.join("; "))
        })
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::metrics::MeterProvider as _;
    use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
    use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};

    use super::*;

    /// A name, attributes, and a number, as they stand now.
    fn measured(provider: &SdkMeterProvider, exporter: &InMemoryMetricExporter) -> Vec<(String, String, u64)> {
        exporter.reset();
        provider.force_flush().unwrap();
        let exported = exporter.get_finished_metrics().unwrap();
        let mut measured = Vec::new();
        for metric in exported.iter().flat_map(|it| it.scope_metrics()).flat_map(|scope| scope.metrics()) {
            let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() else { continue };
            for point in sum.data_points() {
                let mut values: Vec<_> = point.attributes().map(|attribute| attribute.value.to_string()).collect();
                values.sort();
                measured.push((metric.name().to_owned(), values.join(" "), point.value()));
            }
        }
        measured.sort();
        measured
    }

    #[test]
    fn what_is_dropped_is_measured_by_field_and_direction_and_nothing_before() {
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
        let counts = Arc::new(Counts::default());
        counts.observe(&provider.meter("test"));
        assert_eq!(measured(&provider, &exporter), []);
        counts.baggage_written.fetch_add(3, Ordering::Relaxed);
        counts.tracestate_read.fetch_add(1, Ordering::Relaxed);
        let name = "kinetrace.propagation.dropped.members".to_owned();
        let expected = [(name.clone(), "baggage transmit".to_owned(), 3), (name, "receive tracestate".to_owned(), 1)];
        assert_eq!(measured(&provider, &exporter), expected);
    }

    #[test]
    fn the_first_dropped_members_are_reported_once_with_their_limit() {
        let counts = Counts::default();
        assert_eq!(counts.first_line(1024), None);
        counts.baggage_written.fetch_add(3, Ordering::Relaxed);
        counts.tracestate_read.fetch_add(1, Ordering::Relaxed);
        let line = counts.first_line(1024).unwrap();
        for part in [
            "1 of an incoming tracestate, beyond 512 bytes and 32 members",
            "3 of baggage to be sent, beyond 1024 bytes",
            "KINETRACE_MAX_BAGGAGE_BYTES",
            "KINETRACE_BAGGAGE_KEYS",
            "kinetrace.propagation.dropped.members",
        ] {
            assert!(line.contains(part), "{line}");
        }
        counts.baggage_read.fetch_add(1, Ordering::Relaxed);
        assert_eq!(counts.first_line(1024), None);
    }
}
