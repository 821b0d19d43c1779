//! The function exports to CloudWatch's endpoint for spans, as a stand-in takes them whose signatures botocore computes.
//!
//! `interop/run` installs it and runs these tests.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../../../shared/tests/interop/cloudwatch.rs"]
#[allow(dead_code)]
mod cloudwatch;

use std::path::Path;

use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::Environment;
use tokio::sync::mpsc::unbounded_channel;

use self::cloudwatch::CloudWatch;

/// What an invocation leaves with this endpoint and these variables, in the collector: names, and whether there is a parent.
async fn exported(collector: &Collector, variables: &[(&str, &str)]) -> Vec<(String, bool)> {
    let mut configuration = Configuration::new("consumer", env!("CARGO_BIN_EXE_consumer"));
    let metrics = ("OTEL_METRICS_EXPORTER", "none");
    let variables = variables.iter().chain([&metrics]);
    configuration.env = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (sender, mut logs) = unbounded_channel();
    let environment = Environment::start(0, &configuration, sender).await.unwrap();
    let event = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/kinesis-batch.json");
    environment.invoke(std::fs::read(event).unwrap().into()).await.unwrap();
    environment.ready().await.unwrap();
    environment.shutdown().await;
    while let Ok(line) = logs.try_recv() {
        let line = format!("{line:?}");
        assert!(!line.contains("kinetrace: "), "{line}");
    }
    let mut spans: Vec<_> =
        collector.spans().into_iter().map(|span| (span.name, span.parent_span_id.is_some())).collect();
    spans.sort();
    spans
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn the_function_exports_to_cloudwatch_what_it_exports_to_a_collector() {
    let collector = Collector::start().await.unwrap();
    let expected = exported(&collector, &[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]).await;
    assert!(expected.len() > 2, "{expected:?}");

    let collector = Collector::start().await.unwrap();
    let cloudwatch = CloudWatch::start(&serde_json::json!({"forward": collector.endpoint()}).to_string());
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"),
        ("AWS_SECRET_ACCESS_KEY", "environment-s3cr3t/+"),
        ("AWS_SESSION_TOKEN", "environment-t0k3n+/="),
        ("KINETRACE_OTLP_SIGV4", "xray/eu-central-1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &cloudwatch.endpoint),
    ];
    assert_eq!(exported(&collector, &variables).await, expected);
    let report = cloudwatch.report();
    assert!(report.requests.iter().all(|request| request.scope.as_deref() == Some("xray/eu-central-1")), "{report:?}");
}
