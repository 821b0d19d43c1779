//! Whether, where and how log records are exported: with the feature `otlp-logs`, and only where a variable asks for it.

use crate::row::{Row, row};

#[cfg(not(feature = "otlp-logs"))]
pub(crate) const ROWS: [Row; 2] = [
    row(
        &[("OTEL_LOGS_EXPORTER", "otlp")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_LOGS_EXPORTER=\"otlp\" has no effect"],
    ),
    row(
        &[("OTEL_BLRP_MAX_QUEUE_SIZE", "1")],
        &[("spans", "2")],
        &["OTEL_BLRP_MAX_QUEUE_SIZE is set, and nothing here"],
    ),
];

#[cfg(feature = "otlp-logs")]
const OTLP: (&str, &str) = ("OTEL_LOGS_EXPORTER", "otlp");

#[cfg(feature = "otlp-logs")]
pub(crate) const ROWS: [Row; 17] = [
    row(
        &[OTLP, ("OTEL_SERVICE_NAME", "s")],
        &[
            ("targets", "/v1/logs /v1/metrics /v1/traces"),
            ("log records", "2"),
            ("log requests", "1"),
            ("log records in the span", "1"),
            ("resource service.name", "s"),
        ],
        &[],
    ),
    row(&[("OTEL_LOGS_EXPORTER", " OTLP\n")], &[("log records", "2")], &[]),
    row(
        &[OTLP, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")],
        &[("targets", "/v1/logs"), ("log records", "2")],
        &[],
    ),
    row(
        &[("OTEL_LOGS_EXPORTER", "console")],
        &[("targets", "/v1/metrics /v1/traces"), ("logs on the console", "2"), ("traces on the console", "0")],
        &[],
    ),
    row(
        &[("OTEL_LOGS_EXPORTER", "otlp/stdout")],
        &[("targets", "/v1/metrics /v1/traces"), ("logs in lines", "1")],
        &[],
    ),
    row(
        &[("OTEL_LOGS_EXPORTER", "zipkin")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_LOGS_EXPORTER=\"zipkin\" is not understood, so none is used"],
    ),
    row(
        &[
            OTLP,
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "{collector}/own/logs"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "a=1"),
        ],
        &[("targets", "/own/logs /v1/metrics /v1/traces"), ("log records", "2"), ("logs header a", "1")],
        &[],
    ),
    row(
        &[OTLP, ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json")],
        &[("logs in json", "1"), ("logs header content-type", "application/json"), ("traces in json", "0")],
        &[],
    ),
    row(
        &[OTLP, ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "1"), ("OTEL_BLRP_SCHEDULE_DELAY", "3600000")],
        &[("log records", "2"), ("log requests", "2")],
        &[],
    ),
    row(
        &[OTLP, ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "many")],
        &[("log records", "2")],
        &["OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=\"many\" is not understood, so 512 is used"],
    ),
    row(&[OTLP, ("OTEL_BLRP_SCHEDULE_DELAY", "10"), ("WITHOUT_FLUSH", "/v1/logs")], &[], &[]),
    row(
        &[OTLP, ("OTEL_BLRP_SCHEDULE_DELAY", "0")],
        &[("log records", "2")],
        &["OTEL_BLRP_SCHEDULE_DELAY=\"0\" is not understood, so 1000 is used"],
    ),
    row(
        &[OTLP, ("OTEL_BLRP_EXPORT_TIMEOUT", "50"), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    row(
        &[OTLP, ("OTEL_BLRP_EXPORT_TIMEOUT", "x")],
        &[("log records", "2")],
        &["OTEL_BLRP_EXPORT_TIMEOUT=\"x\" is not understood"],
    ),
    row(
        &[OTLP, ("OTEL_BLRP_MAX_QUEUE_SIZE", "0")],
        &[("log records", "2")],
        &["OTEL_BLRP_MAX_QUEUE_SIZE=\"0\" is not understood"],
    ),
    row(&[OTLP, ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "1")], &[("log records", "2")], &["nothing here reads it"]),
    row(
        &[("OTEL_BLRP_MAX_QUEUE_SIZE", "1")],
        &[("spans", "2")],
        &["OTEL_BLRP_MAX_QUEUE_SIZE is set, and nothing here"],
    ),
];
