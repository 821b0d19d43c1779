//! Requests with metrics.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, exemplar, number_data_point,
};

use super::*;

fn metrics(data: Data) -> (ExportMetricsServiceRequest, Value) {
    let ((resource, resource_json), (scope, scope_json)) = (resource(), scope());
    let (metadata, metadata_json) = one_attribute();
    let metric =
        Metric { name: "m".to_owned(), description: "d".to_owned(), unit: "1".to_owned(), metadata, data: Some(data) };
    let metrics = ScopeMetrics { scope: Some(scope), metrics: vec![metric], schema_url: "s".to_owned() };
    let metrics =
        ResourceMetrics { resource: Some(resource), scope_metrics: vec![metrics], schema_url: "r".to_owned() };
    let metric_json = json!({"name": "m", "description": "d", "unit": "1", "metadata": metadata_json});
    let expected = json!({"resourceMetrics": [{"resource": resource_json, "schemaUrl": "r", "scopeMetrics": [
        {"scope": scope_json, "schemaUrl": "s", "metrics": [metric_json]}]}]});
    (ExportMetricsServiceRequest { resource_metrics: vec![metrics] }, expected)
}

fn exemplars() -> (Vec<Exemplar>, Value) {
    let (filtered_attributes, attributes) = one_attribute();
    let exemplar = Exemplar {
        filtered_attributes,
        time_unix_nano: LARGE,
        span_id: vec![2; 8],
        trace_id: vec![1; 16],
        value: Some(exemplar::Value::AsInt(-1)),
    };
    let expected = json!([{"filteredAttributes": attributes, "timeUnixNano": LARGE.to_string(), "asInt": "-1",
                           "spanId": "02".repeat(8), "traceId": "01".repeat(16)}]);
    (vec![exemplar], expected)
}

fn number(value: number_data_point::Value) -> NumberDataPoint {
    let ((attributes, _), (exemplars, _)) = (one_attribute(), exemplars());
    NumberDataPoint {
        attributes,
        start_time_unix_nano: LARGE,
        time_unix_nano: LARGE + 1,
        exemplars,
        flags: 1,
        value: Some(value),
    }
}

fn histogram_point() -> (HistogramDataPoint, Value) {
    let ((attributes, attributes_json), (exemplars, exemplars_json)) = (one_attribute(), exemplars());
    let point = HistogramDataPoint {
        attributes,
        start_time_unix_nano: LARGE,
        time_unix_nano: LARGE + 1,
        count: 3,
        sum: Some(0.0),
        bucket_counts: vec![0, 1, u64::MAX],
        explicit_bounds: vec![0.0, 2.5],
        exemplars,
        flags: 1,
        min: Some(f64::NAN),
        max: Some(-1.5),
    };
    let expected = json!({"attributes": attributes_json, "startTimeUnixNano": "1581452773000000789",
        "timeUnixNano": "1581452773000000790", "count": "3", "sum": 0.0,
        "bucketCounts": ["0", "1", "18446744073709551615"], "explicitBounds": [0.0, 2.5], "exemplars": exemplars_json,
        "flags": 1, "min": "NaN", "max": -1.5});
    (point, expected)
}

fn exponential_point() -> (ExponentialHistogramDataPoint, Value) {
    let ((attributes, attributes_json), (exemplars, exemplars_json)) = (one_attribute(), exemplars());
    let point = ExponentialHistogramDataPoint {
        attributes,
        start_time_unix_nano: LARGE,
        time_unix_nano: LARGE + 1,
        count: 3,
        sum: Some(1.0),
        scale: -10,
        zero_count: 1,
        positive: Some(Buckets { offset: -1, bucket_counts: vec![300, 0, u64::MAX] }),
        negative: Some(Buckets::default()),
        flags: 1,
        exemplars,
        min: Some(1.0),
        max: Some(2.0),
        zero_threshold: 0.25,
    };
    let expected = json!({"attributes": attributes_json, "startTimeUnixNano": "1581452773000000789",
        "timeUnixNano": "1581452773000000790", "count": "3", "sum": 1.0, "scale": -10, "zeroCount": "1",
        "positive": {"offset": -1, "bucketCounts": ["300", "0", "18446744073709551615"]}, "negative": {}, "flags": 1,
        "exemplars": exemplars_json, "min": 1.0, "max": 2.0, "zeroThreshold": 0.25});
    (point, expected)
}

#[test]
fn a_request_with_metrics_has_each_field_in_the_form_of_the_specification() {
    let ((_, attributes), (_, exemplars)) = (one_attribute(), exemplars());
    let number_json = |name: &str, value: Value| {
        json!({"attributes": attributes, "startTimeUnixNano": "1581452773000000789", "exemplars": exemplars,
               "timeUnixNano": "1581452773000000790", "flags": 1, name: value})
    };
    let (histogram, histogram_json) = histogram_point();
    let (exponential, exponential_json) = exponential_point();
    let int = || vec![number(number_data_point::Value::AsInt(-7))];
    let double = || vec![number(number_data_point::Value::AsDouble(0.5))];
    let table = [
        (
            "gauge",
            Data::Gauge(Gauge { data_points: double() }),
            json!({"dataPoints": [number_json("asDouble", json!(0.5))]}),
        ),
        (
            "sum",
            Data::Sum(Sum { data_points: int(), aggregation_temporality: 2, is_monotonic: true }),
            json!({"dataPoints": [number_json("asInt", json!("-7"))], "aggregationTemporality": 2, "isMonotonic": true}),
        ),
        (
            "histogram",
            Data::Histogram(Histogram { data_points: vec![histogram], aggregation_temporality: 1 }),
            json!({"dataPoints": [histogram_json], "aggregationTemporality": 1}),
        ),
        (
            "exponentialHistogram",
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points: vec![exponential],
                aggregation_temporality: 1,
            }),
            json!({"dataPoints": [exponential_json], "aggregationTemporality": 1}),
        ),
    ];
    for (name, data, data_json) in table {
        let (request, mut expected) = metrics(data);
        expected["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0][name] = data_json;
        assert_eq!(written(Signal::Metrics, &request), expected, "{name}");
    }
}
