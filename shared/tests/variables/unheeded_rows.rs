//! What has no effect, and says so.

use crate::row::{Row, row};

pub(crate) const ROWS: [Row; 36] = [
    row(&[("OTEL_EXPORTER_OTLP_COMPRESSION", "none")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("traces header content-encoding", "")],
        &["OTEL_EXPORTER_OTLP_COMPRESSION=\"gzip\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_COMPRESSION", "deflate")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_COMPRESSION=\"deflate\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_CERTIFICATE=\"/missing.pem\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=\"/missing.pem\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_CLIENT_KEY", "-----BEGIN PRIVATE KEY----- s3cr3t")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_CLIENT_KEY (its value is not shown) has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_INSECURE", "true")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_INSECURE=\"true\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("traces header content-encoding", "")],
        &["OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=\"gzip\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "deflate")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=\"deflate\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=\"/missing.pem\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE=\"/missing.pem\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "-----BEGIN PRIVATE KEY----- s3cr3t")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY (its value is not shown) has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "true")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_TRACES_INSECURE=\"true\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("metrics header content-encoding", "")],
        &["OTEL_EXPORTER_OTLP_METRICS_COMPRESSION=\"gzip\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "deflate")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_COMPRESSION=\"deflate\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE=\"/missing.pem\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE=\"/missing.pem\" has no effect"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY", "-----BEGIN PRIVATE KEY----- s3cr3t")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY (its value is not shown) has no effect"],
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
        &[("OTEL_LOGS_EXPORTER", "otlp")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_LOGS_EXPORTER=\"otlp\" has no effect"],
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
    // On Linux, 0.0.0.0 is this machine, and not a loopback address.
    row(
        &[("HTTP_PROXY", "http://user:s3cr3t@proxy:3128"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://0.0.0.0:{port}")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["HTTP_PROXY=\"http://proxy:3128\" has no effect on spans and metrics"],
    ),
    row(
        &[
            ("ALL_PROXY", "http://proxy:3128"),
            ("NO_PROXY", "0.0.0.0"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://0.0.0.0:{port}"),
        ],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("http_proxy", "http://proxy:3128"), ("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", "x")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("HTTPS_PROXY", "http://proxy:3128"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://0.0.0.0:{port}")],
        &[("targets", "/v1/metrics")],
        &["HTTPS_PROXY=\"http://proxy:3128\" has no effect on spans and metrics"],
    ),
    row(
        &[("SSL_CERT_FILE", "/ca.pem"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://127.0.0.1:{port}")],
        &[("targets", "/v1/metrics")],
        &["SSL_CERT_FILE=\"/ca.pem\" has no effect on spans and metrics"],
    ),
    row(&[("SSL_CERT_FILE", "/ca.pem")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("AWS_CA_BUNDLE", "/ca.pem"), ("AWS_LAMBDA_FUNCTION_NAME", "f")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["AWS_CA_BUNDLE=\"/ca.pem\" has no effect"],
    ),
];
