//! Those of metrics.

use super::Kind::{Bool, Double, Fixed64, Hex, Int32, Sfixed64, Sint32, Text, Uint64};
use super::{KEY_VALUE, Message, RESOURCE, SCOPE, all_below, below, many, one};

pub(in super::super) static METRICS: Message = Message(&[all_below(1, "resourceMetrics", &RESOURCE_METRICS)]);

static RESOURCE_METRICS: Message = Message(&[
    below(1, "resource", &RESOURCE),
    all_below(2, "scopeMetrics", &SCOPE_METRICS),
    one(3, "schemaUrl", Text),
]);

static SCOPE_METRICS: Message =
    Message(&[below(1, "scope", &SCOPE), all_below(2, "metrics", &METRIC), one(3, "schemaUrl", Text)]);

static METRIC: Message = Message(&[
    one(1, "name", Text),
    one(2, "description", Text),
    one(3, "unit", Text),
    below(5, "gauge", &GAUGE),
    below(7, "sum", &SUM),
    below(9, "histogram", &HISTOGRAM),
    below(10, "exponentialHistogram", &EXPONENTIAL_HISTOGRAM),
    all_below(12, "metadata", &KEY_VALUE),
]);

static GAUGE: Message = Message(&[all_below(1, "dataPoints", &NUMBER)]);

static SUM: Message = Message(&[
    all_below(1, "dataPoints", &NUMBER),
    one(2, "aggregationTemporality", Int32),
    one(3, "isMonotonic", Bool),
]);

static HISTOGRAM: Message =
    Message(&[all_below(1, "dataPoints", &HISTOGRAM_POINT), one(2, "aggregationTemporality", Int32)]);

static EXPONENTIAL_HISTOGRAM: Message =
    Message(&[all_below(1, "dataPoints", &EXPONENTIAL_POINT), one(2, "aggregationTemporality", Int32)]);

static NUMBER: Message = Message(&[
    all_below(7, "attributes", &KEY_VALUE),
    one(2, "startTimeUnixNano", Fixed64),
    one(3, "timeUnixNano", Fixed64),
    one(4, "asDouble", Double),
    one(6, "asInt", Sfixed64),
    all_below(5, "exemplars", &EXEMPLAR),
    one(8, "flags", Int32),
]);

static HISTOGRAM_POINT: Message = Message(&[
    all_below(9, "attributes", &KEY_VALUE),
    one(2, "startTimeUnixNano", Fixed64),
    one(3, "timeUnixNano", Fixed64),
    one(4, "count", Fixed64),
    one(5, "sum", Double),
    many(6, "bucketCounts", Fixed64),
    many(7, "explicitBounds", Double),
    all_below(8, "exemplars", &EXEMPLAR),
    one(10, "flags", Int32),
    one(11, "min", Double),
    one(12, "max", Double),
]);

static EXPONENTIAL_POINT: Message = Message(&[
    all_below(1, "attributes", &KEY_VALUE),
    one(2, "startTimeUnixNano", Fixed64),
    one(3, "timeUnixNano", Fixed64),
    one(4, "count", Fixed64),
    one(5, "sum", Double),
    one(6, "scale", Sint32),
    one(7, "zeroCount", Fixed64),
    below(8, "positive", &BUCKETS),
    below(9, "negative", &BUCKETS),
    one(10, "flags", Int32),
    all_below(11, "exemplars", &EXEMPLAR),
    one(12, "min", Double),
    one(13, "max", Double),
    one(14, "zeroThreshold", Double),
]);

static BUCKETS: Message = Message(&[one(1, "offset", Sint32), many(2, "bucketCounts", Uint64)]);

static EXEMPLAR: Message = Message(&[
    all_below(7, "filteredAttributes", &KEY_VALUE),
    one(2, "timeUnixNano", Fixed64),
    one(3, "asDouble", Double),
    one(6, "asInt", Sfixed64),
    one(4, "spanId", Hex),
    one(5, "traceId", Hex),
]);
