//! What was measured, as a test compares it.

use std::collections::BTreeMap;

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData};

/// What a metric stands at for one set of attributes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// Its attributes, with their values as text.
    pub attributes: BTreeMap<String, String>,
    /// Of a counter, or of a gauge, the value; of a histogram the sum of all measurements. In the unit of the metric.
    pub sum: f64,
    /// Of a histogram, how many measurements there were; `None` for other metrics.
    pub count: Option<u64>,
}

impl Series {
    /// The value of this attribute as text.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

pub(crate) fn of_metric(metric: &Metric) -> Vec<Series> {
    match metric.data() {
        AggregatedMetrics::F64(data) => of_data(data, |value| value),
        AggregatedMetrics::U64(data) => of_data(data, |value| value as f64),
        AggregatedMetrics::I64(data) => of_data(data, |value| value as f64),
    }
}

fn of_data<T: Copy>(data: &MetricData<T>, number: impl Fn(T) -> f64) -> Vec<Series> {
    match data {
        MetricData::Gauge(it) => {
            it.data_points().map(|point| series(point.attributes(), number(point.value()), None)).collect()
        }
        MetricData::Sum(it) => {
            it.data_points().map(|point| series(point.attributes(), number(point.value()), None)).collect()
        }
        MetricData::Histogram(it) => {
            it.data_points().map(|point| series(point.attributes(), number(point.sum()), Some(point.count()))).collect()
        }
        MetricData::ExponentialHistogram(it) => it
            .data_points()
            .map(|point| series(point.attributes(), number(point.sum()), Some(point.count() as u64)))
            .collect(),
    }
}

fn series<'a>(attributes: impl Iterator<Item = &'a KeyValue>, sum: f64, count: Option<u64>) -> Series {
    let attributes = attributes.map(|it| (it.key.to_string(), it.value.to_string())).collect();
    Series { attributes, sum, count }
}
