//! What has no effect, and says so.

use crate::row::{Row, row};

pub(crate) const ROWS: [Row; 10] = [
    row(
        &[("OTEL_EXPORTER_OTLP_INSECURE", "true")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_INSECURE=\"true\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "true")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_INSECURE=\"true\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_INSECURE", "true")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_INSECURE=\"true\" has no effect"],
    ),
    row(
        &[("OTEL_METRICS_EXEMPLAR_FILTER", "always_off")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_METRICS_EXEMPLAR_FILTER", "always_on")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_METRICS_EXEMPLAR_FILTER=\"always_on\" has no effect"],
    ),
    row(
        &[("OTEL_LOGS_EXPORTER", "none"), ("OTEL_BLRP_MAX_QUEUE_SIZE", "1"), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "x")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_CONFIG_FILE", "/otel.yaml")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_CONFIG_FILE=\"/otel.yaml\" has no effect"],
    ),
    row(
        &[("OTEL_EXPERIMENTAL_CONFIG_FILE", "/otel.yaml")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPERIMENTAL_CONFIG_FILE=\"/otel.yaml\" has no effect"],
    ),
    row(
        &[("OTEL_LOG_LEVEL", "debug"), ("OTEL_TRACE_EXPORTER", "s3cr3t"), ("OTEL_EXPORTER_OTLP_ENDPIONT", "s3cr3t")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_ENDPIONT, OTEL_LOG_LEVEL, OTEL_TRACE_EXPORTER are set, and nothing here reads them"],
    ),
    row(
        &[
            ("OTEL_INSTRUMENTATION_COMMON_ENABLED", "x"),
            ("OTEL_LAMBDA_DISABLE_AWS_CONTEXT_PROPAGATION", "x"),
            ("OTEL_PYTHON_LOG_LEVEL", "x"),
        ],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
];
