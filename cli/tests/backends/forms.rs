//! What the collector itself takes of the forms in which the functions export.

use crate::documented::configurations;
use crate::functions::{run, run_and_listen, run_with_a_broken_record};
use crate::otelcol::Otelcol;
use crate::process::free_port;
use crate::stand_in::StandIn;

/// The configuration for any backend, at a stand-in, and also with a port for gRPC and with log records.
async fn collector(backend: &StandIn, grpc: u16) -> Otelcol {
    let settings = [
        ("exporters.otlp_http.endpoint", backend.url("")),
        ("receivers.otlp.protocols.grpc.endpoint", format!("127.0.0.1:{grpc}")),
        ("service.pipelines.logs.receivers", "[otlp]".to_owned()),
        ("service.pipelines.logs.exporters", "[otlp_http]".to_owned()),
    ];
    Otelcol::start(&configurations()["guides/backends/otlp.md"], &settings, &[("API_KEY", "0123")]).await
}

async fn arrives(backend: &mut StandIn) {
    backend.request("/v1/traces", "process flights").await;
    backend.request("/v1/metrics", "messaging.process.duration").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn the_collector_takes_protobuf_and_json_compressed_and_not() {
    for protocol in ["http/protobuf", "http/json"] {
        for compression in ["none", "gzip"] {
            let mut backend = StandIn::start().await;
            let otelcol = collector(&backend, free_port()).await;
            let form = [("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_EXPORTER_OTLP_COMPRESSION", compression)];
            run(3, &[&form[..], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &otelcol.endpoint)]].concat()).await;
            arrives(&mut backend).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn the_collector_takes_log_records_in_both_forms() {
    for protocol in ["http/protobuf", "http/json"] {
        let mut backend = StandIn::start().await;
        let otelcol = collector(&backend, free_port()).await;
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", otelcol.endpoint.as_str());
        let logs = [endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_LOGS_EXPORTER", "otlp")];
        run_with_a_broken_record(2, &logs).await;
        backend.request("/v1/logs", "a record failed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn who_asks_for_grpc_is_told_what_is_used_and_gets_it() {
    let mut backend = StandIn::start().await;
    let otelcol = collector(&backend, free_port()).await;
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", otelcol.endpoint.as_str());
    let said = run_and_listen(3, &[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]).await;
    assert!(
        !said.is_empty() && said.iter().all(|line| line.contains("OTEL_EXPORTER_OTLP_PROTOCOL=\"grpc\"")),
        "{said:#?}"
    );
    arrives(&mut backend).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn at_the_collectors_port_for_grpc_spans_are_lost_and_the_log_says_so() {
    let (backend, grpc) = (StandIn::start().await, free_port());
    let _otelcol = collector(&backend, grpc).await;
    let endpoint = format!("http://127.0.0.1:{grpc}");
    let said =
        run_and_listen(3, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_METRICS_EXPORTER", "none")]).await;
    assert!(
        !said.is_empty() && said.iter().all(|line| line.contains("spans are being lost") && line.contains("HTTP/2")),
        "{said:#?}"
    );
}
