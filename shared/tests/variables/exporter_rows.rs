//! Whether, where and how spans and metrics are exported.

use crate::row::{Row, row};

pub(crate) const ROWS: [Row; 67] = [
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
    row(&[("OTEL_TRACES_EXPORTER", "none")], &[("targets", "/v1/metrics")], &[]),
    row(&[("OTEL_TRACES_EXPORTER", " OTLP\n")], &[("targets", "/v1/metrics /v1/traces")], &[]),
    row(
        &[("OTEL_TRACES_EXPORTER", "otlp,console")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_TRACES_EXPORTER=\"otlp,console\" is not understood, so otlp is used"],
    ),
    row(
        &[("OTEL_TRACES_EXPORTER", "zipkin")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_TRACES_EXPORTER=\"zipkin\" is not understood, so otlp is used"],
    ),
    row(&[("OTEL_METRICS_EXPORTER", "none")], &[("targets", "/v1/traces")], &[]),
    row(&[("OTEL_METRICS_EXPORTER", " OTLP\n")], &[("targets", "/v1/metrics /v1/traces")], &[]),
    row(
        &[("OTEL_METRICS_EXPORTER", "otlp,console")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_METRICS_EXPORTER=\"otlp,console\" is not understood, so otlp is used"],
    ),
    row(
        &[("OTEL_METRICS_EXPORTER", "zipkin")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_METRICS_EXPORTER=\"zipkin\" is not understood, so otlp is used"],
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
    row(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{collector}/own")], &[("targets", "/own /v1/metrics")], &[]),
    // As specified, without a path it is the root.
    row(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{collector}")], &[("targets", "/ /v1/metrics")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://127.0.0.1:{port}")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=\"grpc://127.0.0.1:"],
    ),
    row(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "{collector}/own")], &[("targets", "/own /v1/traces")], &[]),
    // As specified, without a path it is the root.
    row(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "{collector}")], &[("targets", "/ /v1/traces")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "grpc://127.0.0.1:{port}")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=\"grpc://127.0.0.1:"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%2Cb, X-Scope = c")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header api-key", "a,b"),
            ("traces header x-scope", "c"),
        ],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a,s3cr3t,b=c%")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header api-key", "a"),
            ("traces header b", "c%"),
        ],
        &["OTEL_EXPORTER_OTLP_HEADERS (its value is not shown): item 2 of 3 is not sent"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_HEADERS", "{\"api-key\":\"s3cr3t\"}")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("traces header api-key", "")],
        &["OTEL_EXPORTER_OTLP_HEADERS (its value is not shown): no header is sent, because it looks like JSON"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "api-key=a%2Cb, X-Scope = c")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header api-key", "a,b"),
            ("traces header x-scope", "c"),
        ],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "api-key=a,s3cr3t,b=c%")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("traces header api-key", "a"),
            ("traces header b", "c%"),
        ],
        &["OTEL_EXPORTER_OTLP_TRACES_HEADERS (its value is not shown): item 2 of 3 is not sent"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "{\"api-key\":\"s3cr3t\"}")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("traces header api-key", "")],
        &["OTEL_EXPORTER_OTLP_TRACES_HEADERS (its value is not shown): no header is sent, because it looks like JSON"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "api-key=a%2Cb, X-Scope = c")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("metrics header api-key", "a,b"),
            ("metrics header x-scope", "c"),
        ],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "api-key=a,s3cr3t,b=c%")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("metrics header api-key", "a"),
            ("metrics header b", "c%"),
        ],
        &["OTEL_EXPORTER_OTLP_METRICS_HEADERS (its value is not shown): item 2 of 3 is not sent"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "{\"api-key\":\"s3cr3t\"}")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("metrics header api-key", "")],
        &["OTEL_EXPORTER_OTLP_METRICS_HEADERS (its value is not shown): no header is sent, because it looks like JSON"],
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
        &[("OTEL_EXPORTER_OTLP_TIMEOUT", " 50 "), ("OTEL_EXPORTER_OTLP_ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    // No limit, as specified.
    row(&[("OTEL_EXPORTER_OTLP_TIMEOUT", "0")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_TIMEOUT", "5s")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TIMEOUT=\"5s\" is not understood, so 10000 is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_PROTOCOL", " HTTP/Protobuf\n")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_PROTOCOL=\"grpc\" is not understood, so http/protobuf is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", " 50 "), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    // No limit, as specified.
    row(&[("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "5s")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=\"5s\" is not understood, so 10000 is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", " HTTP/Protobuf\n")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=\"grpc\" is not understood, so http/protobuf is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", " 50 "), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    // No limit, as specified.
    row(&[("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "0")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "5s")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_TIMEOUT=\"5s\" is not understood, so 10000 is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", " HTTP/Protobuf\n")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=\"grpc\" is not understood, so http/protobuf is used"],
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
