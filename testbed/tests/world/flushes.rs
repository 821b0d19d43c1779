//! When the spans of kinetrace's consumer leave: after each invocation or seldom, and before an end that is announced.

use futures_util::poll;
use kinetrace_testbed::collector::{AttributeValue, Collector};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::Environment;
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;

use crate::bootstrap::{WITHOUT_LAST_FLUSH, consumer, layered};
use crate::event::{DONE, event};
#[cfg(target_os = "linux")]
use crate::line::Line;
#[cfg(target_os = "linux")]
use crate::standstill;
use crate::written::{Written, lines, run};

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_collector_that_hangs_up_during_a_freeze_loses_no_spans() {
    let collector = Collector::start().await.unwrap();
    let line = Line::to(collector.endpoint()).await;
    let (sender, logs) = unbounded_channel();
    let configuration = consumer(1, &[("OTEL_EXPORTER_OTLP_ENDPOINT", line.endpoint())]);
    let environment = Environment::start(0, &configuration, sender).await.unwrap();
    for number in 1..=5 {
        assert_eq!(environment.invoke(event(0, [number])).await.unwrap(), DONE);
        environment.ready().await.unwrap();
        standstill::of(&environment).await;
        assert_eq!(collector.spans().len() as u64, 3 * number);
        assert_ne!(line.cut().await, 0, "it keeps its connections");
    }
    environment.shutdown().await;
    let complaints = Written::read(logs).await.complaints;
    assert_eq!(complaints.iter().filter(|line| line.contains("kinetrace")).count(), 0, "{complaints:?}");
}

const SELDOM: (&str, &str) = ("KINETRACE_FLUSH_INVOCATIONS", "1000");

#[tokio::test]
async fn what_waits_leaves_before_the_end_if_lambda_announces_it() {
    let collector = Collector::start().await.unwrap();
    let configuration = consumer(1, &[SELDOM, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]);
    let (sender, _logs) = unbounded_channel();
    let environment = Environment::start(0, &configuration, sender).await.unwrap();
    for number in 1..=3 {
        assert_eq!(environment.invoke(event(0, [number])).await.unwrap(), DONE);
    }
    environment.ready().await.unwrap();
    assert_eq!(collector.spans().len(), 0, "it was to flush seldom");
    assert_eq!(environment.shutdown().await, "exit status: 0");
    assert_eq!(collector.spans().len(), 3 * 3);
}

/// Of the half second that Lambda gives, a collector gets a part only.
#[tokio::test]
async fn a_collector_that_hangs_does_not_keep_a_process_from_its_end() {
    let collector = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let (_, end) = run(&consumer(1, &[SELDOM, ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]), 1).await;
    assert_eq!(end, "exit status: 0");
}

#[tokio::test]
async fn inside_the_trace_layer_waiting_spans_leave_before_the_end_and_lines_name_their_invocation() {
    let collector = Collector::start().await.unwrap();
    let variables = [SELDOM, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())];
    let env = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let (sender, logs) = unbounded_channel();
    let environment = Environment::start(0, &Configuration { env, ..layered() }, sender).await.unwrap();
    for number in 1..=3 {
        environment.invoke(event(0, [number])).await.unwrap();
    }
    environment.ready().await.unwrap();
    assert_eq!(collector.spans().len(), 0, "it was to flush seldom");
    assert_eq!(environment.shutdown().await, "exit status: 0");
    let spans = collector.spans();
    let invocations: Vec<_> = spans.iter().map(|span| &span.attributes["faas.invocation_id"]).collect();
    let lines = lines(logs).await;
    let named: Vec<_> =
        lines.iter().map(|line| AttributeValue::from(line["request_id"].as_str().unwrap_or_default())).collect();
    assert_eq!((named.len(), named.iter().collect::<Vec<_>>()), (3, invocations));
}

#[tokio::test]
async fn a_service_inside_the_trace_layer_that_would_lose_spans_is_warned_once() {
    let collector = Collector::start().await.unwrap();
    for (seldom, expected) in [(&[SELDOM][..], 1), (&[], 0)] {
        let own = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()), (WITHOUT_LAST_FLUSH, "1")];
        let env = seldom.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (sender, logs) = unbounded_channel();
        let environment = Environment::start(0, &Configuration { env, ..layered() }, sender).await.unwrap();
        environment.invoke(event(0, [1])).await.unwrap();
        assert_eq!(environment.shutdown().await, "signal: 9 (SIGKILL)", "no extension");
        let lines = lines(logs).await;
        let told =
            lines.iter().filter(|line| line["fields"]["message"].as_str().unwrap().contains("register_last_flush"));
        assert_eq!(told.count(), expected, "{lines:?}");
    }
}

#[tokio::test]
async fn with_a_flush_after_every_invocation_nothing_is_registered_and_nothing_is_left() {
    let collector = Collector::start().await.unwrap();
    let (_, end) = run(&consumer(1, &[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]), 3).await;
    assert_eq!((end.as_str(), collector.spans().len()), ("signal: 9 (SIGKILL)", 3 * 3));
}

#[tokio::test]
async fn where_nothing_is_exported_nothing_is_registered() {
    let variables = [SELDOM, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")];
    let (_, end) = run(&consumer(1, &variables), 1).await;
    assert_eq!(end, "signal: 9 (SIGKILL)");
}

#[tokio::test]
async fn without_an_extensions_api_the_function_works_and_says_what_that_costs() {
    let collector = Collector::start().await.unwrap();
    let configuration = consumer(1, &[SELDOM, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]);
    let (written, _) = run(&Configuration { extensions: false, ..configuration }, 3).await;
    assert_eq!(written.processes.len(), 3);
    let complaint = written.complaints.iter().find(|line| line.contains("may be lost")).unwrap();
    assert!(complaint.contains("404"), "{complaint}");
}

#[tokio::test]
async fn a_full_batch_leaves_however_seldom_flushes_are() {
    let collector = Collector::start().await.unwrap();
    let configuration = consumer(1, &[SELDOM, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]);
    let (sender, _logs) = unbounded_channel();
    let environment = Environment::start(0, &configuration, sender).await.unwrap();
    assert_eq!(environment.invoke(event(0, 1..=300)).await.unwrap(), DONE);
    environment.ready().await.unwrap();
    assert_eq!(collector.spans().len(), 1 + 2 * 300);
}

#[tokio::test]
async fn telemetry_that_is_off_does_nothing() {
    let collector = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_SDK_DISABLED", "true"), SELDOM];
    let has_exporter = |written: &Written| {
        let threads = written.lines.iter().filter_map(|line| line["fields"]["threads"].as_str());
        // Linux keeps fifteen bytes of a name.
        let names = ["OpenTelemetry", "kinetrace-expor"];
        threads.map(|threads| names.map(|name| threads.contains(name))).collect::<Vec<_>>()
    };
    let (off, end) = run(&consumer(1, &variables), 2).await;
    assert_eq!(end, "signal: 9 (SIGKILL)", "no extension");
    assert_eq!(has_exporter(&off), [[false; 2]; 2]);
    assert!(poll!(Box::pin(collector.accept())).is_pending(), "no connection");
    assert_eq!(off.processes.iter().filter_map(|process| process.span.as_ref()).count(), 0);
    assert!(off.spans_of("before").values().chain(off.spans_of("within").values()).all(Option::is_none));
    assert_eq!(off.complaints.iter().filter(|line| line.contains("kinetrace")).count(), 0, "{:?}", off.complaints);

    // Where it is on, the threads have their names once the first invocation is flushed.
    let (on, _) = run(&consumer(1, &variables[..1]), 2).await;
    assert_eq!(has_exporter(&on)[1], [cfg!(target_os = "linux"); 2], "or threads are looked for in vain");
}
