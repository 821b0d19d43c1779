//! Metrics on their way to a dashboard: the functions, the collector, Prometheus.

use std::collections::{BTreeMap, BTreeSet};

use crate::dashboard::{expressions, names};
use crate::documented::{configurations, measured};
use crate::otelcol::Otelcol;
use crate::process::free_port;
use crate::prometheus::Prometheus;
use crate::stand_in::StandIn;
use crate::{exposition, functions};

const EVENTS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn prometheus_has_what_the_functions_measured_under_the_names_of_the_docs_and_answers_the_dashboard() {
    let tempo = StandIn::start().await;
    let shown = format!("127.0.0.1:{}", free_port());
    let settings =
        [("exporters.otlp_http/tempo.endpoint", tempo.url("")), ("exporters.prometheus.endpoint", shown.clone())];
    let mut otelcol = Otelcol::start(&configurations()["guides/backends/grafana.md"], &settings, &[]).await;
    let mut prometheus = Prometheus::start(&shown).await;
    // Two environments of each function.
    for _ in 0..2 {
        functions::run_with_a_broken_record(EVENTS, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &otelcol.endpoint)]).await;
    }

    // The environments' counts are added up, and not one in the place of another.
    for (expression, total) in [
        ("sum(messaging_client_sent_messages_total)", 2 * EVENTS),
        ("sum(messaging_client_consumed_messages_total{error_type=\"\"})", 2 * EVENTS),
        // Each is tried twice.
        ("sum(messaging_client_consumed_messages_total{error_type=\"failure\"})", 4),
    ] {
        prometheus.until(expression, |series| series.first().is_some_and(|it| it.value() == total.to_string())).await;
    }

    let text = otelcol.until("it shows metrics", &format!("http://{shown}/metrics"), |text| !text.is_empty()).await;
    let shown = exposition::read(&text);
    let (metrics, labels) = measured();
    let unknown: Vec<_> = shown.keys().filter(|metric| !metrics.contains(*metric)).collect();
    assert_eq!(unknown, [""; 0], "not in docs/reference/metrics.md");
    let unknown: BTreeSet<_> = shown.values().flatten().filter(|label| !labels.contains(*label)).collect();
    assert_eq!(unknown, BTreeSet::new(), "not in docs/reference/metrics.md");
    every_expression_is_answered(&mut prometheus, &shown).await;
}

/// By Prometheus, with values for all that happened to these few records.
async fn every_expression_is_answered(prometheus: &mut Prometheus, shown: &BTreeMap<String, BTreeSet<String>>) {
    for expression in expressions() {
        assert!(prometheus.query(&expression).await.is_some(), "Prometheus does not understand {expression}");
        let (of, by) = names(&expression);
        let shown_by: BTreeSet<_> = of.iter().filter_map(|metric| shown.get(metric)).flatten().cloned().collect();
        if of.iter().all(|metric| shown.contains_key(metric)) && by.is_subset(&shown_by) {
            prometheus.until(&expression, |series| !series.is_empty()).await;
        }
    }
}

#[test]
fn the_dashboard_asks_for_each_metric_of_the_docs_and_for_nothing_else() {
    let (metrics, labels) = measured();
    let mut asked = BTreeSet::new();
    for expression in expressions() {
        let (of, by) = names(&expression);
        assert!(of.is_subset(&metrics) && by.is_subset(&labels), "not in docs/reference/metrics.md: {expression}");
        asked.extend(of);
    }
    assert_eq!(metrics, asked, "one of them is on no panel");
}
