//! Whether, where and how spans and metrics are exported, as far as it is not the same for each signal.

use crate::row::{Row, row};

pub(crate) const ROWS: [Row; 26] = [
    row(
        &[],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header content-type", "application/x-protobuf"),
            ("traces header api-key", ""),
        ],
        &[],
    ),
    row(
        &[("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_SAMPLER", "sometimes")],
        &[("targets", ""), ("fields", "{}")],
        &[],
    ),
    row(&[("OTEL_SDK_DISABLED", " TRUE\n"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")], &[("targets", "")], &[]),
    row(
        &[("OTEL_SDK_DISABLED", "1")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_SDK_DISABLED=\"1\" is not understood, so false is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", "{collector}/base/")],
        &[("targets", "/base/v1/metrics /base/v1/traces")],
        &[],
    ),
    row(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " {collector}\n")], &[("targets", "/v1/metrics /v1/traces")], &[]),
    row(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "{collector}/?k=1")], &[("targets", "/v1/metrics?k=1 /v1/traces?k=1")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:s3cr3t@127.0.0.1:{port}")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["has a user, which is not sent"],
    ),
    row(
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{collector}/t"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "{collector}/m"),
        ],
        &[("targets", "/m /t")],
        &[],
    ),
    row(
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:s3cr3t@?k=s3cr3t"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "{collector}/m"),
        ],
        &[("targets", "/m")],
        &["OTEL_EXPORTER_OTLP_ENDPOINT=\"http://\" is not understood, so http://localhost:4318 is used"],
    ),
    // A signal's own variable replaces the general one.
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header a", ""),
            ("traces header b", "2"),
            ("metrics header a", "1"),
        ],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", " ")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("traces header a", "1")],
        &[],
    ),
    // The SDK would take it for a name.
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "s3cr3t==")],
        &[("targets", "/v1/metrics /v1/traces"), ("traces header s3cr3t", "")],
        &["the header is not sent, because it has no value, or is a bare key"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "content-encoding=gzip")],
        &[("spans", "2"), ("traces header content-encoding", "")],
        &["the header is not sent, because the exporter sets that header itself"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "content-type=s3cr3t,a=1")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header content-type", "application/x-protobuf"),
            ("traces header a", "1"),
        ],
        &["item 1 of 2 is not sent, because the exporter sets that header itself"],
    ),
    row(
        &[
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
        ],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")],
        &[("targets", "")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta")],
        &[("temporality", "AGGREGATION_TEMPORALITY_DELTA")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", " Delta\n")],
        &[("temporality", "AGGREGATION_TEMPORALITY_DELTA")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "absolute")],
        &[("temporality", "AGGREGATION_TEMPORALITY_CUMULATIVE")],
        &["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=\"absolute\" is not understood, so cumulative is used"],
    ),
    row(&[("OTEL_METRIC_EXPORT_INTERVAL", "10"), ("WITHOUT_FLUSH", "/v1/metrics")], &[], &[]),
    row(
        &[("OTEL_METRIC_EXPORT_INTERVAL", "0")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_METRIC_EXPORT_INTERVAL=\"0\" is not understood, so 60000 is used"],
    ),
    row(
        &[("OTEL_METRIC_EXPORT_INTERVAL", "1m")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_METRIC_EXPORT_INTERVAL=\"1m\" is not understood, so 60000 is used"],
    ),
    row(
        &[("OTEL_METRIC_EXPORT_TIMEOUT", "50"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    row(&[("OTEL_METRIC_EXPORT_TIMEOUT", "0")], &[("targets", "/v1/metrics /v1/traces")], &[]),
    row(
        &[("OTEL_METRIC_EXPORT_TIMEOUT", "x")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_METRIC_EXPORT_TIMEOUT=\"x\" is not understood"],
    ),
];
