//! Traces in each store: whole, with the names of the documentation, and linked to what is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::commands::{EVENTS, demo, ordering};
use crate::documented::configurations;
use crate::functions;
use crate::jaeger::Jaeger;
use crate::otelcol::Otelcol;
use crate::trace::{Span, Traces, dead_ends, faulty};
use crate::zipkin::Zipkin;

/// What spans are of: service, name without that of the stream, kind.
type Shape = BTreeMap<[String; 3], usize>;

fn shape(spans: &[Span]) -> Shape {
    let mut shape = Shape::new();
    for span in spans {
        let name = span.name.split(" kinetrace-").next().unwrap_or_default();
        *shape.entry([span.service.clone(), name.to_owned(), span.kind.clone()]).or_default() += 1;
    }
    shape
}

fn expected<const N: usize>(rows: [(&str, &str, &str, usize); N]) -> Shape {
    rows.map(|(service, name, kind, count)| ([service, name, kind].map(str::to_owned), count)).into()
}

/// Whole, and each link leads to a span that is there. Only Lambda's own trace is nowhere, to which each invocation has a link.
fn assert_whole_and_linked(traces: &Traces) {
    assert_eq!(faulty(traces), []);
    let mut invocations: Vec<_> =
        traces.values().flatten().filter(|span| span.kind == "server").map(|span| &span.id).collect();
    let mut nowhere: Vec<_> = dead_ends(traces).into_iter().map(|(span, _)| &span.id).collect();
    invocations.sort();
    nowhere.sort();
    assert_eq!(nowhere, invocations, "with links that lead nowhere");
}

/// A trace for each event, from the producer to the business code.
fn assert_of_the_demo(traces: &Traces) {
    assert_whole_and_linked(traces);
    assert_eq!(traces.len(), EVENTS);
    let of_one = expected([
        ("producer", "producer", "server", 1),
        ("producer", "create", "producer", 1),
        ("producer", "send", "client", 1),
        ("consumer", "consumer", "server", 1),
        ("consumer", "process", "consumer", 1),
        ("consumer", "business code", "internal", 1),
    ]);
    for (id, spans) in traces {
        assert_eq!(shape(spans), of_one, "{id}");
    }
}

/// Traces of invocations and of producers, in which a link leads to each record from where it was processed. A batch of one
/// record is in its producer's trace instead.
fn assert_linked_in_batches(traces: &Traces, records: usize) {
    assert_whole_and_linked(traces);
    let of = |kind| move |span: &&Span| span.kind == kind;
    let mut led_to = Vec::new();
    for spans in traces.values() {
        let created = spans.iter().find(of("producer")).map(|span| &span.id);
        for processed in spans.iter().filter(of("consumer")) {
            led_to.extend(processed.links.first().map(|link| &link.span).or(created));
        }
    }
    let created: BTreeSet<_> = traces.values().flatten().filter(of("producer")).map(|span| &span.id).collect();
    assert_eq!((led_to.len(), led_to.into_iter().collect()), (records, created), "one way to each");
}

/// The two traces of a request of three events and of the invocation that processes them.
fn assert_of_the_functions(traces: &Traces) {
    assert_linked_in_batches(traces, 3);
    let shapes: BTreeSet<_> = traces.values().map(|spans| shape(spans)).collect();
    let of_both = [
        expected([
            ("producer", "producer", "server", 1),
            ("producer", "create flights", "producer", 3),
            ("producer", "send flights", "client", 1),
        ]),
        expected([
            ("consumer", "consumer", "server", 1),
            ("consumer", "process flights", "consumer", 3),
            ("consumer", "business code", "internal", 3),
        ]),
    ];
    assert_eq!(shapes, of_both.into());
}

async fn to_zipkin(zipkin: &Zipkin) -> Otelcol {
    let settings = [("exporters.zipkin.endpoint", format!("{}/spans", zipkin.api))];
    Otelcol::start(&configurations()["guides/backends/zipkin.md"], &settings, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn zipkin_has_every_trace_of_the_demo_whole() {
    let mut zipkin = Zipkin::start().await;
    let otelcol = to_zipkin(&zipkin).await;
    let sent = demo(&otelcol.endpoint).await;
    assert_of_the_demo(&zipkin.traces(sent).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn zipkin_has_the_links_of_the_batches_of_ordering_as_tags_that_lead_to_what_it_has() {
    let mut zipkin = Zipkin::start().await;
    let otelcol = to_zipkin(&zipkin).await;
    let sent = ordering(&otelcol.endpoint).await;
    assert_linked_in_batches(&zipkin.traces(sent).await, EVENTS);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run"]
async fn zipkin_has_what_the_functions_export_by_themselves() {
    let mut zipkin = Zipkin::start().await;
    let otelcol = to_zipkin(&zipkin).await;
    functions::run(3, &traces_to(&otelcol.endpoint)).await;
    assert_of_the_functions(&zipkin.traces(5 + 7).await);
}

fn traces_to(endpoint: &str) -> [(&str, &str); 2] {
    [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_METRICS_EXPORTER", "none")]
}

/// What Jaeger has to say, each once, without numbers and units.
fn warnings(traces: &Traces) -> BTreeSet<String> {
    let warnings = traces.values().flatten().flat_map(|span| &span.warnings);
    let without_numbers =
        |it: &str| it.split(char::is_numeric).next().unwrap_or_default().trim_end_matches([' ', '-']).to_owned();
    warnings.map(|it| without_numbers(it)).collect()
}

/// As `docs/guides/backends/jaeger.md` has them.
const UNADJUSTED: &str = "clock skew adjustment disabled; not applying calculated delta of";
const ADJUSTED: &str = "This span's timestamps were adjusted by";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run --jaeger"]
async fn jaeger_has_every_trace_of_the_demo_whole_with_the_warning_that_the_docs_have() {
    let mut jaeger = Jaeger::start("0s").await;
    let sent = demo(&jaeger.endpoint).await;
    let traces = jaeger.traces(sent).await;
    assert_of_the_demo(&traces);
    assert_eq!(warnings(&traces), [UNADJUSTED.to_owned()].into());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run --jaeger"]
async fn jaeger_corrects_no_clock_of_functions_that_name_the_same_address() {
    // The first is what its UI asks with, the second its newer API.
    let named = ("OTEL_RESOURCE_ATTRIBUTES", "ip=lambda,host.id=lambda");
    for (adjust, host, expected) in [
        ("0s", None, Some(UNADJUSTED)),
        ("30s", None, Some(ADJUSTED)),
        ("0s", Some(named), None),
        ("30s", Some(named), None),
    ] {
        let mut jaeger = Jaeger::start(adjust).await;
        let endpoint = jaeger.endpoint.clone();
        functions::run_one_by_one(10, &traces_to(&endpoint).into_iter().chain(host).collect::<Vec<_>>()).await;
        let traces = jaeger.traces(12 + 10 * 3).await;
        assert_eq!(traces.len(), 1, "{traces:?}");
        assert_eq!(warnings(&traces), expected.map(str::to_owned).into_iter().collect(), "{adjust}, {host:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run --jaeger"]
async fn jaeger_has_the_links_of_the_batches_of_ordering_that_come_through_a_collector() {
    let mut jaeger = Jaeger::start("0s").await;
    let settings = [("exporters.otlp_http/jaeger.endpoint", jaeger.endpoint.clone())];
    let otelcol = Otelcol::start(&configurations()["guides/backends/jaeger.md"], &settings, &[]).await;
    let sent = ordering(&otelcol.endpoint).await;
    let traces = jaeger.traces(sent).await;
    assert_linked_in_batches(&traces, EVENTS);
    assert_eq!(warnings(&traces), BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/backends/run --jaeger"]
async fn jaeger_has_what_the_functions_export_by_themselves() {
    let mut jaeger = Jaeger::start("0s").await;
    functions::run(3, &traces_to(&jaeger.endpoint)).await;
    let traces = jaeger.traces(5 + 7).await;
    assert_of_the_functions(&traces);
    assert_eq!(warnings(&traces), BTreeSet::new());
}
