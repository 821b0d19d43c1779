//! The points of metrics, in plain terms.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics};

use super::attribute::{AttributeValue, by_key};
use super::span::Scope;

/// What a metric was for one set of attributes when it was exported: of counters and histograms, since their start.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The metric's name.
    pub metric: String,
    /// The metric's unit.
    pub unit: String,
    /// The attributes of the resource.
    pub resource: BTreeMap<String, AttributeValue>,
    /// What measured it.
    pub scope: Scope,
    /// The point's own attributes.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// Since when it counts, in nanoseconds since the Unix epoch.
    pub start_unix_nanos: u64,
    /// Of a histogram, the sum of what was recorded.
    pub value: f64,
    /// How often something was recorded; histograms only.
    pub count: Option<u64>,
    /// The upper bounds of the buckets; histograms only.
    pub bounds: Vec<f64>,
}

impl Point {
    /// Whether both are of one series, so that the later one says all that the earlier one said.
    fn continues(&self, earlier: &Self) -> bool {
        (&self.metric, &self.resource, &self.attributes, self.start_unix_nanos)
            == (&earlier.metric, &earlier.resource, &earlier.attributes, earlier.start_unix_nanos)
    }

    fn has(&self, (key, value): &(&str, &str)) -> bool {
        self.attributes.get(*key).is_some_and(|found| found.to_string() == *value)
    }
}

/// The latest point of each series of this metric that has all these attributes.
pub(super) fn latest(points: &[Point], metric: &str, attributes: &[(&str, &str)]) -> Vec<Point> {
    let mut latest: Vec<Point> = Vec::new();
    for point in points.iter().filter(|point| point.metric == metric && attributes.iter().all(|it| point.has(it))) {
        match latest.iter_mut().find(|earlier| point.continues(earlier)) {
            Some(earlier) => *earlier = point.clone(),
            None => latest.push(point.clone()),
        }
    }
    latest
}

pub(super) fn read(request: ExportMetricsServiceRequest) -> Vec<Point> {
    request.resource_metrics.into_iter().flat_map(read_resource).collect()
}

fn read_resource(metrics: ResourceMetrics) -> impl Iterator<Item = Point> {
    let resource = by_key(metrics.resource.map(|it| it.attributes).unwrap_or_default());
    let points = metrics.scope_metrics.into_iter().flat_map(|it| {
        let scope = Scope::new(it.scope, it.schema_url);
        let points = it.metrics.into_iter().flat_map(read_metric);
        points.map(move |point| Point { scope: scope.clone(), ..point })
    });
    points.map(move |point| Point { resource: resource.clone(), ..point })
}

fn read_metric(metric: Metric) -> Vec<Point> {
    let Metric { name, unit, data, .. } = metric;
    let point = |start_unix_nanos, attributes: Vec<KeyValue>, value| Point {
        metric: name.clone(),
        unit: unit.clone(),
        resource: BTreeMap::new(),
        scope: Scope::default(),
        attributes: by_key(attributes),
        start_unix_nanos,
        value,
        count: None,
        bounds: Vec::new(),
    };
    let number = |it: NumberDataPoint| point(it.start_time_unix_nano, it.attributes, as_double(it.value));
    let histogram = |it: HistogramDataPoint| Point {
        count: Some(it.count),
        bounds: it.explicit_bounds,
        ..point(it.start_time_unix_nano, it.attributes, it.sum.unwrap_or_default())
    };
    match data {
        Some(Data::Sum(sum)) => sum.data_points.into_iter().map(number).collect(),
        Some(Data::Gauge(gauge)) => gauge.data_points.into_iter().map(number).collect(),
        Some(Data::Histogram(it)) => it.data_points.into_iter().map(histogram).collect(),
        // Nobody here sends exponential histograms or summaries.
        _ => Vec::new(),
    }
}

fn as_double(value: Option<Value>) -> f64 {
    match value {
        Some(Value::AsDouble(value)) => value,
        // Exact up to 2^53, which no test counts to.
        Some(Value::AsInt(value)) => value as f64,
        None => f64::NAN,
    }
}
