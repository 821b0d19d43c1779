//! Metrics, a line for each combination of attributes.

use std::fmt::{Display, Write as _};
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData, ResourceMetrics};

use super::{attributes, clock, plain};

pub(in super::super) fn metrics(metrics: &ResourceMetrics) -> String {
    let mut text = String::new();
    for metric in metrics.scope_metrics().flat_map(|scope| scope.metrics()) {
        match metric.data() {
            AggregatedMetrics::F64(data) => points(&mut text, metric, data),
            AggregatedMetrics::U64(data) => points(&mut text, metric, data),
            AggregatedMetrics::I64(data) => points(&mut text, metric, data),
        }
    }
    text
}

fn points<T: Display + Copy>(text: &mut String, metric: &Metric, data: &MetricData<T>) {
    match data {
        MetricData::Gauge(gauge) => {
            gauge.data_points().for_each(|it| point(text, metric, gauge.time(), &it.value(), it.attributes()));
        }
        MetricData::Sum(sum) => {
            sum.data_points().for_each(|it| point(text, metric, sum.time(), &it.value(), it.attributes()));
        }
        MetricData::Histogram(histogram) => histogram.data_points().for_each(|it| {
            let said = distribution(it.count(), it.sum(), it.min(), it.max());
            point(text, metric, histogram.time(), &said, it.attributes());
        }),
        MetricData::ExponentialHistogram(histogram) => histogram.data_points().for_each(|it| {
            let said = distribution(it.count(), it.sum(), it.min(), it.max());
            point(text, metric, histogram.time(), &said, it.attributes());
        }),
    }
}

fn distribution<T: Display>(count: impl Display, sum: T, min: Option<T>, max: Option<T>) -> String {
    let of = |name: &str, value: Option<T>| value.map(|value| format!(" {name}={value}")).unwrap_or_default();
    format!("count={count} sum={sum}{}{}", of("min", min), of("max", max))
}

fn point<'a>(
    text: &mut String,
    metric: &Metric,
    time: SystemTime,
    said: &impl Display,
    of: impl Iterator<Item = &'a KeyValue>,
) {
    // Of what is counted, it has braces.
    let unit = metric.unit().trim_start_matches('{').trim_end_matches('}');
    let unit = if unit.is_empty() { String::new() } else { format!(" {}", plain(unit)) };
    let (at, name) = (clock(time), plain(metric.name()));
    let _ = writeln!(text, "{at} metric {name} {said}{unit}{}", attributes(of));
}

#[cfg(test)]
mod tests {
    use opentelemetry::metrics::MeterProvider as _;
    use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

    use super::*;

    #[test]
    fn a_metric_is_a_line_for_each_combination_of_attributes() {
        let exporter = InMemoryMetricExporter::default();
        let provider =
            SdkMeterProvider::builder().with_reader(PeriodicReader::builder(exporter.clone()).build()).build();
        let meter = provider.meter("test");
        let records = meter.u64_counter("records").with_unit("{record}").build();
        records.add(3, &[KeyValue::new("stream", "flights")]);
        records.add(1, &[KeyValue::new("stream", "a b")]);
        let age = meter.f64_histogram("age").with_unit("s").build();
        age.record(0.5, &[]);
        age.record(1.5, &[]);
        meter.i64_gauge("lag").build().record(-7, &[]);
        provider.force_flush().unwrap();
        let finished = exporter.get_finished_metrics().unwrap();
        let text = metrics(&finished[0]);
        let mut lines: Vec<_> = text.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                "metric age count=2 sum=2 min=0.5 max=1.5 s",
                "metric lag -7",
                "metric records 1 record stream=\"a b\"",
                "metric records 3 record stream=flights",
            ]
        );
    }
}
