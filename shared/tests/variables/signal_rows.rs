//! Whether, where and how spans or metrics are exported: variables that there are for each of them, and some for both.
//!
//! `{SIGNAL_}` is `TRACES_`, `METRICS_`, or nothing in the name of a general variable; `{signal}` and `{other}` are the paths, and
//! `{number}` is how many spans or metrics the process makes.

use crate::row::{Row, row};
use crate::signal::Signal;

pub(crate) fn rows() -> Vec<Row> {
    let of = |rows: &[Row], signal: Signal| rows.iter().map(|row| row.of(signal)).collect::<Vec<_>>();
    let each = [Signal::Traces, Signal::Metrics].map(|signal| [of(&OF_EACH, signal), of(&OF_ALL, signal)].concat());
    [each.concat(), of(&OF_ALL, Signal::All)].concat()
}

/// There is no general variable.
const OF_EACH: [Row; 12] = [
    row(&[("OTEL_{SIGNAL_}EXPORTER", "none")], &[("targets", "/v1/{other}")], &[]),
    row(&[("OTEL_{SIGNAL_}EXPORTER", " OTLP\n")], &[("targets", "/v1/metrics /v1/traces")], &[]),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", "otlp,console")],
        &[("targets", "/v1/metrics /v1/traces"), ("{signal} on the console", "{number}"), ("{signal} in lines", "0")],
        &[],
    ),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", "console"), ("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", "grpc")],
        &[("targets", "/v1/{other}"), ("{signal} on the console", "{number}"), ("{other} on the console", "0")],
        &[],
    ),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", "otlp/stdout")],
        &[("targets", "/v1/{other}"), ("{signal} in lines", "1"), ("{other} in lines", "0")],
        &[],
    ),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", " Console, OTLP/stdout\n"), ("OTEL_EXPORTER_OTLP_{SIGNAL_}ENDPOINT", "nonsense")],
        &[("targets", "/v1/{other}"), ("{signal} in lines", "1"), ("{signal} on the console", "{number}")],
        &[],
    ),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", "experimental-otlp/stdout,otlp")],
        &[("targets", "/v1/metrics /v1/traces"), ("{signal} in lines", "1")],
        &[],
    ),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", "console,none")],
        &[("targets", "/v1/{other}"), ("{signal} on the console", "{number}")],
        &["OTEL_{SIGNAL_}EXPORTER=\"console,none\" is not understood, so console is used"],
    ),
    row(
        &[("OTEL_{SIGNAL_}EXPORTER", "zipkin")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_{SIGNAL_}EXPORTER=\"zipkin\" is not understood, so otlp is used"],
    ),
    row(&[("OTEL_EXPORTER_OTLP_{SIGNAL_}ENDPOINT", "{collector}/own")], &[("targets", "/own /v1/{other}")], &[]),
    // As specified, without a path it is the root.
    row(&[("OTEL_EXPORTER_OTLP_{SIGNAL_}ENDPOINT", "{collector}")], &[("targets", "/ /v1/{other}")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}ENDPOINT", "grpc://127.0.0.1:{port}")],
        &[("targets", "/v1/metrics /v1/traces")],
        &["OTEL_EXPORTER_OTLP_{SIGNAL_}ENDPOINT=\"grpc://127.0.0.1:"],
    ),
];

const OF_ALL: [Row; 18] = [
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_{SIGNAL_}CERTIFICATE=\"/missing.pem\" has no effect: the endpoint is not https://"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}CLIENT_CERTIFICATE", "/missing.pem")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[
            "OTEL_EXPORTER_OTLP_{SIGNAL_}CLIENT_CERTIFICATE=\"/missing.pem\" has no effect: the endpoint is not https://",
        ],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}CLIENT_KEY", "-----BEGIN PRIVATE KEY----- s3cr3t")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[
            "OTEL_EXPORTER_OTLP_{SIGNAL_}CLIENT_KEY (its value is not shown) has no effect: the endpoint is not https://",
        ],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}COMPRESSION", " GZIP\n")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("{signal} header content-encoding", "gzip")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}COMPRESSION", "none")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("{signal} header content-encoding", "")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}COMPRESSION", "zstd")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("{signal} header content-encoding", "")],
        &["OTEL_EXPORTER_OTLP_{SIGNAL_}COMPRESSION=\"zstd\" is not understood, so none is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}HEADERS", "api-key=a%2Cb, X-Scope = c")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("{signal} header api-key", "a,b"),
            ("{signal} header x-scope", "c"),
        ],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}HEADERS", "api-key=a,s3cr3t,b=c%")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("spans", "2"),
            ("{signal} header api-key", "a"),
            ("{signal} header b", "c%"),
        ],
        &["OTEL_EXPORTER_OTLP_{SIGNAL_}HEADERS (its value is not shown): item 2 of 3 is not sent"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}HEADERS", "{\"api-key\":\"s3cr3t\"}")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2"), ("{signal} header api-key", "")],
        &[
            "OTEL_EXPORTER_OTLP_{SIGNAL_}HEADERS (its value is not shown): no header is sent, because it looks like JSON",
        ],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}TIMEOUT", " 50 "), ("OTEL_EXPORTER_OTLP_{SIGNAL_}ENDPOINT", "{hanging}")],
        &[("flush", "short")],
        &[],
    ),
    // No limit, as specified.
    row(&[("OTEL_EXPORTER_OTLP_{SIGNAL_}TIMEOUT", "0")], &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")], &[]),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}TIMEOUT", "5s")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_{SIGNAL_}TIMEOUT=\"5s\" is not understood, so 10000 is used"],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", "http/protobuf")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", " HTTP/Protobuf\n")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", "grpc")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &[
            "OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL=\"grpc\" is not understood, so http/protobuf is used: use http/protobuf or",
        ],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", "http/json")],
        &[
            ("targets", "/v1/metrics /v1/traces"),
            ("{signal} header content-type", "application/json"),
            ("{signal} in json", "1"),
        ],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", " HTTP/JSON\n")],
        &[("{signal} header content-type", "application/json"), ("{signal} in json", "1")],
        &[],
    ),
    row(
        &[("OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL", "json")],
        &[("targets", "/v1/metrics /v1/traces"), ("spans", "2")],
        &["OTEL_EXPORTER_OTLP_{SIGNAL_}PROTOCOL=\"json\" is not understood, so http/protobuf is used"],
    ),
];
