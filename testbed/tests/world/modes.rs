//! kinetrace's consumer in the modes that Lambda has: one invocation at a time or several.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::join_all;
use kinetrace::history::{TraceIds, UNREADABLE};
use kinetrace_testbed::collector::{AttributeValue, Collector, Kind, Span};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::function::Function;
use serde_json::Value;
use tokio::sync::mpsc::unbounded_channel;

use crate::bootstrap::consumer;
use crate::event::{DONE, event};
use crate::written::{Written, run};

fn find<'a>(spans: &'a [Span], span_id: &str) -> &'a Span {
    spans.iter().find(|span| span.span_id == span_id).unwrap_or_else(|| panic!("{span_id} is not among {spans:#?}"))
}

fn ids(span: &Span) -> TraceIds {
    TraceIds::new(span.trace_id.clone(), span.span_id.clone())
}

/// What was dropped is a line of the function, and one whatever comes after it.
#[tokio::test]
async fn a_context_that_is_too_large_is_reported_once() {
    let (function, logs) = {
        let configuration = Configuration { max_concurrency: 1, ..consumer(1, &[("OTEL_TRACES_EXPORTER", "none")]) };
        let (sender, logs) = unbounded_channel();
        (Function::new(configuration, sender), logs)
    };
    let baggage: Vec<_> = (0..70).map(|n| format!("key{n}=secret")).collect();
    for number in 0..2 {
        let data = format!(
            r#"{{"_otel":{{"traceparent":"00-{:032x}-{:016x}-01","baggage":"{}"}},"data":1}}"#,
            1,
            1,
            baggage.join(",")
        );
        let mut event: Value = serde_json::from_slice(&event(1, [number])).unwrap();
        event["Records"][0]["kinesis"]["data"] = BASE64.encode(data).into();
        assert_eq!(function.invoke(event.to_string().into()).await.unwrap(), DONE);
    }
    function.shutdown().await;
    drop(function);
    let complaints = Written::read(logs).await.complaints;
    let told: Vec<_> = complaints.iter().filter(|line| line.contains("members of contexts do not travel")).collect();
    let [line] = told[..] else { panic!("{complaints:?}") };
    assert!(line.contains("6 of baggage that came") && !line.contains("secret"), "{line}");
}

/// The line of the record is the history's, and is written at any level.
#[tokio::test]
async fn the_level_of_lambdas_logging_controls_is_that_of_the_business_codes_lines() {
    for (level, business_lines) in [("INFO", 3), ("WARN", 0)] {
        let variables = [("AWS_LAMBDA_LOG_LEVEL", level), ("RUST_LOG", ""), ("OTEL_SDK_DISABLED", "true")];
        let (sender, logs) = unbounded_channel();
        let function = Function::new(Configuration { max_concurrency: 1, ..consumer(1, &variables) }, sender);
        assert_eq!(function.invoke(event(1, [1])).await.unwrap(), DONE);
        function.shutdown().await;
        drop(function);
        let written = Written::read(logs).await;
        let lines = written.lines.iter().filter(|line| line["fields"]["sequence_number"].is_string()).count();
        assert_eq!((lines, written.processes.len()), (business_lines, 1), "{level}: {:#?}", written.lines);
    }
}

/// By default as with a subscriber of its own.
#[tokio::test]
async fn datadogs_variable_puts_datadogs_ids_into_the_business_codes_lines() {
    let collector = Collector::start().await.unwrap();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    for (own, injected) in [("", "true"), ("true", "true"), ("", "false")] {
        let variables = [endpoint, ("DD_LOGS_INJECTION", injected), ("OWN_SUBSCRIBER", own)];
        let variables = variables.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
        let (written, _) = run(&consumer(1, &variables), 1).await;
        let line = written.lines.iter().find(|line| line["fields"]["message"] == "within").unwrap();
        // The upper half of this trace's id is 0.
        let decimal = |name| u128::from_str_radix(line[name].as_str().unwrap(), 16).unwrap().to_string();
        let expected = ["trace_id", "span_id"].map(|name| (injected == "true").then(|| Value::from(decimal(name))));
        assert_eq!(["dd.trace_id", "dd.span_id"].map(|name| line.get(name).cloned()), expected, "{own}: {line}");
    }
}

#[tokio::test]
async fn of_invocations_side_by_side_each_has_its_own_trace_order_and_log_lines() {
    side_by_side(&[]).await;
}

/// Its subscriber is its own, and it runs without what `run` sets up.
#[tokio::test]
async fn a_consumer_that_is_put_together_by_hand_has_the_same_traces_flushes_and_log_lines() {
    side_by_side(&[("BY_HAND", "true")]).await;
}

/// Its subscriber is there before the provider.
#[tokio::test]
async fn a_consumer_with_a_subscriber_of_its_own_has_the_same_traces_flushes_and_log_lines() {
    side_by_side(&[("OWN_SUBSCRIBER", "true")]).await;
}

async fn side_by_side(variables: &[(&str, &str)]) {
    let (shards, records) = (4, 3);
    let collector = Collector::start().await.unwrap();
    // Each record waits for one of every other shard.
    let variables = [&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())], variables].concat();
    let configuration = consumer(4, &variables);
    let configuration = Configuration { max_concurrency: 1, environment_concurrency: 4, ..configuration };
    let (sender, logs) = unbounded_channel();
    let function = Function::new(configuration, sender);
    for answer in join_all((0..shards).map(|shard| function.invoke(event(shard, 1..=records)))).await {
        assert_eq!(answer.unwrap(), DONE);
    }
    let unreadable = String::from_utf8(event(9, [1]).to_vec()).unwrap().replace("\"data\":\"", "\"data\":\"!");
    let nameless = unreadable.replace("\"sequenceNumber\":", "\"number\":");
    assert!(function.invoke(unreadable.into()).await.unwrap().starts_with(br#"{"batchItemFailures":[{"#));
    assert!(function.invoke(nameless.into()).await.is_err());
    function.shutdown().await;
    drop(function);
    let (mut written, spans) = (Written::read(logs).await, collector.spans());
    let unreadable: Vec<_> = written.processes.extract_if(.., |line| line.format == UNREADABLE).collect();
    assert_eq!(unreadable.iter().map(|line| line.span.as_ref()).collect::<Vec<_>>(), [None, None]);

    let mut order: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for process in &written.processes {
        order.entry(&process.shard).or_default().push(process.sequence_number.as_str().parse().unwrap());
    }
    let of_shard = |shard| (1..=records).map(|number| shard * 1_000_000 + number).collect();
    let expected: Vec<Vec<u64>> = (0..shards).map(of_shard).collect();
    assert_eq!(order.into_values().collect::<Vec<_>>(), expected);

    let [before, within, after] = ["before", "within", "after"].map(|message| written.spans_of(message));
    for process in &written.processes {
        let sequence_number = process.sequence_number.as_str();
        let span = find(&spans, &process.span.as_ref().unwrap().span_id);
        let invocation = find(&spans, span.parent_span_id.as_deref().unwrap());
        assert_eq!((span.kind, invocation.kind), (Kind::Consumer, Kind::Server));
        assert_eq!(invocation.attributes["faas.invocation_id"], process.request_id.as_ref().into());
        assert_eq!(span.trace_id, invocation.trace_id);
        let [link] = &span.links[..] else { panic!("{span:?}") };
        assert_eq!(Some(TraceIds::new(link.trace_id.clone(), link.span_id.clone())), process.context);
        assert_eq!([&before[sequence_number], &after[sequence_number]], [&process.span; 2]);
        let business = find(&spans, &within[sequence_number].as_ref().unwrap().span_id);
        assert_eq!((business.parent_span_id.as_ref(), &business.trace_id), (Some(&span.span_id), &span.trace_id));
        assert_eq!(within[sequence_number], Some(ids(business)));
    }
    let starts = spans.iter().filter_map(|span| span.attributes.get("faas.coldstart"));
    assert_eq!(starts.filter(|cold| **cold == AttributeValue::from(true)).count(), 1, "cold starts");
    let traces: BTreeSet<&str> = spans.iter().map(|span| span.trace_id.as_str()).collect();
    assert_eq!((traces.len(), spans.len()), (6, 6 + 2 * 12), "{spans:#?}");
    let is_runtimes = |line: &&Value| line["target"].as_str().unwrap().starts_with("lambda_runtime::");
    let outside: Vec<_> = written.lines.iter().filter(is_runtimes).collect();
    assert_eq!(outside.len(), 1);
    assert_eq!(outside[0].get("trace_id"), None, "the runtime's span around its worker is nobody's");
    let requests: BTreeMap<&str, &str> =
        written.processes.iter().map(|it| (it.sequence_number.as_str(), it.request_id.as_ref())).collect();
    for line in written.lines.iter().filter(|line| line["fields"]["message"] == "within") {
        let fields = &line["fields"];
        assert_eq!(line["request_id"], requests[fields["sequence_number"].as_str().unwrap()]);
        assert_eq!(fields.get("trace"), None, "the variable would be another invocation's");
    }
    assert_eq!(written.complaints.iter().filter(|line| line.contains("kinetrace")).count(), 0);
}
