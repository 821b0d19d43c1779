//! Every configuration of a collector that the documentation prints: accepted, and at work with what it sends to.

use crate::documented::configurations;
use crate::functions;
use crate::otelcol::{Otelcol, validate};
use crate::stand_in::StandIn;

/// The pages, and how each is tried.
const PAGES: [(&str, Tried); 6] = [
    ("guides/backends/cloudwatch.md", Tried::StandIn),
    ("guides/backends/grafana.md", Tried::Metrics),
    ("guides/backends/jaeger.md", Tried::Traces),
    ("guides/backends/otlp.md", Tried::StandIn),
    ("guides/backends/x-ray.md", Tried::Lacks("awsxray")),
    ("guides/backends/zipkin.md", Tried::Traces),
];

#[derive(Debug, Clone, Copy)]
enum Tried {
    /// In `traces.rs`, with the store itself.
    Traces,
    /// In `metrics.rs`, with Prometheus itself.
    Metrics,
    /// Below: the backend is nothing that a test can have.
    StandIn,
    /// Not at all, because the collector here has no such component.
    Lacks(&'static str),
}

/// What a machine of AWS would have; the made-up ones of AWS's own documentation.
const CREDENTIALS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("API_KEY", "0123"),
];

#[test]
fn each_configuration_of_a_collector_in_the_docs_is_one_that_a_test_knows() {
    let known: Vec<_> = PAGES.iter().map(|(page, _)| *page).collect();
    assert_eq!(configurations().keys().collect::<Vec<_>>(), known);
}

#[test]
#[ignore = "needs interop/backends/run"]
fn the_collector_accepts_each_of_them_whose_components_it_has() {
    for (page, tried) in PAGES {
        match (validate(&configurations()[page], &CREDENTIALS), tried) {
            (Ok(()), Tried::Traces | Tried::Metrics | Tried::StandIn) => {}
            (Err(said), Tried::Lacks(component)) => {
                assert!(said.contains(&format!("unknown type: \"{component}\"")), "{said}")
            }
            (result, _) => panic!("{page}, {tried:?}: {result:?}"),
        }
    }
}

fn to(endpoint: &str) -> [(&str, &str); 1] {
    [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn any_backend_gets_traces_and_metrics_with_the_key_that_only_the_collector_knows() {
    let mut backend = StandIn::start().await;
    let settings = [("exporters.otlp_http.endpoint", backend.url("/intake"))];
    let otelcol = Otelcol::start(&configurations()["guides/backends/otlp.md"], &settings, &CREDENTIALS).await;
    functions::run(3, &to(&otelcol.endpoint)).await;
    for (path, part) in [("/intake/v1/traces", "process flights"), ("/intake/v1/metrics", "messaging.process.duration")]
    {
        let request = backend.request(path, part).await;
        assert_eq!(request.header("api-key"), "0123", "{request:?}");
        assert_eq!(request.header("content-type"), "application/x-protobuf", "{request:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn cloudwatch_gets_traces_that_the_collector_has_signed() {
    let mut backend = StandIn::start().await;
    let settings = [("exporters.otlp_http.traces_endpoint", backend.url("/v1/traces"))];
    let otelcol = Otelcol::start(&configurations()["guides/backends/cloudwatch.md"], &settings, &CREDENTIALS).await;
    let without_metrics = [&to(&otelcol.endpoint)[..], &[("OTEL_METRICS_EXPORTER", "none")]].concat();
    functions::run(3, &without_metrics).await;
    let request = backend.request("/v1/traces", "process flights").await;
    assert_eq!(request.header("content-encoding"), "gzip", "{request:?}");
    let signed = request.header("authorization");
    assert!(signed.starts_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"), "{request:?}");
    assert!(signed.contains("/eu-central-1/xray/aws4_request, SignedHeaders="), "{request:?}");
}
