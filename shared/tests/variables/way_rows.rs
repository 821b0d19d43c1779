//! Certificates, and proxies.

use crate::row::{Row, row};

/// Nobody has this name, so that only a proxy leads there. The collector of a row takes what a proxy would forward.
const ELSEWHERE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318");
const SECURE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "{secure}");
/// On Linux, this is the same machine, and not a loopback address.
const NEAR: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://0.0.0.0:{port}");
const BOTH: &[(&str, &str)] = &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")];
const NOTHING: &[(&str, &str)] = &[("targets", "")];

pub(crate) const ROWS: [Row; 22] = [
    row(&[SECURE], NOTHING, &[]),
    row(&[SECURE, ("OTEL_EXPORTER_OTLP_CERTIFICATE", " {ca}\n")], BOTH, &[]),
    row(&[SECURE, ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "{ca}")], &[("targets", "/v1/traces")], &[]),
    row(
        &[
            SECURE,
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "{ca}"),
            ("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", "/missing.pem"),
        ],
        &[("targets", "/v1/traces")],
        &["no metrics are exported: OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE=\"/missing.pem\" names nobody to trust"],
    ),
    row(
        &[
            SECURE,
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "{ca}"),
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/missing.pem"),
        ],
        BOTH,
        &[
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=\"/missing.pem\" has no effect: OTEL_EXPORTER_OTLP_CLIENT_KEY is not set",
        ],
    ),
    row(
        &[
            SECURE,
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "{ca}"),
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "{ca}"),
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "-----BEGIN PRIVATE KEY----- s3cr3t"),
        ],
        BOTH,
        &["OTEL_EXPORTER_OTLP_CLIENT_KEY (its value is not shown) has no effect: it is a key, and not the path"],
    ),
    row(&[SECURE, ("SSL_CERT_FILE", "{ca}")], BOTH, &[]),
    row(
        &[SECURE, ("SSL_CERT_FILE", "{ca}"), ("SSL_CERT_DIR", "/missing")],
        BOTH,
        &["SSL_CERT_DIR=\"/missing\" has no effect"],
    ),
    row(&[SECURE, ("SSL_CERT_FILE", "/ca.pem")], NOTHING, &["SSL_CERT_FILE=\"/ca.pem\" has no effect"]),
    row(&[("SSL_CERT_FILE", "/ca.pem")], BOTH, &[]),
    row(&[SECURE, ("AWS_CA_BUNDLE", "{ca}")], NOTHING, &["AWS_CA_BUNDLE="]),
    row(
        &[("AWS_CA_BUNDLE", "/ca.pem"), ("AWS_LAMBDA_FUNCTION_NAME", "f")],
        BOTH,
        &["AWS_CA_BUNDLE=\"/ca.pem\" has no effect"],
    ),
    row(
        &[ELSEWHERE, ("HTTP_PROXY", "http://user:s3cr3t@127.0.0.1:{port}")],
        &[
            ("targets", "http://collector.example:4318/v1/metrics http://collector.example:4318/v1/traces"),
            ("spans", "2"),
            ("traces header proxy-authorization", "Basic dXNlcjpzM2NyM3Q="),
            ("metrics header proxy-authorization", "Basic dXNlcjpzM2NyM3Q="),
        ],
        &[],
    ),
    row(
        &[ELSEWHERE, ("all_proxy", "127.0.0.1:{port}"), ("NO_PROXY", "example.org")],
        &[("spans", "2"), ("traces header proxy-authorization", "")],
        &[],
    ),
    row(&[("HTTP_PROXY", "http://127.0.0.1:1")], BOTH, &[]),
    row(&[NEAR, ("http_proxy", "http://127.0.0.1:1")], NOTHING, &[]),
    row(&[NEAR, ("http_proxy", "http://127.0.0.1:1"), ("NO_PROXY", "0.0.0.0/8")], BOTH, &[]),
    row(&[NEAR, ("HTTPS_PROXY", "http://127.0.0.1:1")], BOTH, &[]),
    row(
        &[NEAR, ("HTTP_PROXY", "socks5://user:s3cr3t@127.0.0.1:1")],
        BOTH,
        &["HTTP_PROXY=\"socks5://127.0.0.1:1\" has no effect: only proxies with http:// are built in"],
    ),
    row(
        &[NEAR, ("ALL_PROXY", "http://user:s3cr3t@")],
        BOTH,
        &["ALL_PROXY=\"http://\" has no effect: it is not the URL of a proxy"],
    ),
    row(
        &[NEAR, ("HTTP_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "10.*,0.0.0.0")],
        BOTH,
        &["NO_PROXY: \"10.*\" has no effect"],
    ),
    row(
        &[NEAR, ("HTTP_PROXY", "http://127.0.0.1:1"), ("REQUEST_METHOD", "GET")],
        BOTH,
        &["HTTP_PROXY=\"http://127.0.0.1:1\" has no effect: REQUEST_METHOD is set"],
    ),
];
