//! kinetrace's consumer in the modes that Lambda has: one invocation at a time or several, flushed each or seldom, with an
//! end that is announced or not.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::join_all;
use futures_util::poll;
use kinetrace::history::{Event, Process, TraceIds, UNREADABLE};
use kinetrace_testbed::collector::{AttributeValue, Collector, Kind, Span};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::{Environment, LogLine, LogStream};
use kinetrace_testbed::function::Function;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::bootstrap::{WITHOUT_LAST_FLUSH, consumer, layered};
#[cfg(target_os = "linux")]
use crate::line::Line;
#[cfg(target_os = "linux")]
use crate::standstill;

pub(crate) const DONE: &str = r#"{"batchItemFailures":[]}"#;

/// An event of these records of a shard, each with a context of its own.
pub(crate) fn event(shard: u64, numbers: impl IntoIterator<Item = u64>) -> Bytes {
    let records: Vec<_> = numbers
        .into_iter()
        .map(|number| {
            let sequence_number = shard * 1_000_000 + number;
            let data =
                format!(r#"{{"_otel":{{"traceparent":"00-{sequence_number:032x}-{number:016x}-01"}},"data":1}}"#);
            serde_json::json!({
                "kinesis": {
                    "partitionKey": format!("N{shard}"),
                    "sequenceNumber": sequence_number.to_string(),
                    "data": BASE64.encode(data),
                    "approximateArrivalTimestamp": 1_545_084_650.987,
                },
                "eventID": format!("shardId-{shard:012}:{sequence_number}"),
                "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/flights",
            })
        })
        .collect();
    serde_json::json!({ "Records": records }).to_string().into()
}

/// What an environment wrote, from the first brace of each line: the test harness may have written before it.
#[derive(Default)]
struct Written {
    processes: Vec<Process>,
    /// The business code's lines.
    lines: Vec<Value>,
    /// Kinetrace's warnings, and what is no line of the log.
    complaints: Vec<String>,
}

impl Written {
    /// Everything, once nobody writes any more.
    async fn read(mut logs: UnboundedReceiver<LogLine>) -> Self {
        let mut written = Self::default();
        while let Some(LogLine { environment, stream, line }) = logs.recv().await {
            assert_eq!(environment, 0, "{line}");
            let json = line.find('{').map_or("", |start| &line[start..]);
            match stream {
                LogStream::Stdout => {
                    let event = serde_json::from_str(json).ok();
                    written.processes.extend(event.map(|event| match event {
                        Event::Process(process) => process,
                        other => panic!("{other:?}"),
                    }));
                }
                LogStream::Stderr => match serde_json::from_str::<Value>(json) {
                    Ok(line) if line["target"] == "kinetrace" => written.complaints.push(line.to_string()),
                    Ok(line) => written.lines.push(line),
                    Err(_) => written.complaints.push(line),
                },
            }
        }
        written
    }

    /// The business code's lines with this message: the sequence number, and the span.
    fn spans_of(&self, message: &str) -> BTreeMap<String, Option<TraceIds>> {
        let lines = self.lines.iter().filter(|line| line["fields"]["message"] == message);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let ids = |line: &Value| Some(TraceIds::new(text(&line["trace_id"])?, text(&line["span_id"])?));
        lines.map(|line| (text(&line["fields"]["sequence_number"]).unwrap(), ids(line))).collect()
    }
}

fn find<'a>(spans: &'a [Span], span_id: &str) -> &'a Span {
    spans.iter().find(|span| span.span_id == span_id).unwrap_or_else(|| panic!("{span_id} is not among {spans:#?}"))
}

fn ids(span: &Span) -> TraceIds {
    TraceIds::new(span.trace_id.clone(), span.span_id.clone())
}

/// What was dropped is a line of the function, and one whatever comes after it.
#[tokio::test]
async fn a_context_that_is_too_large_is_told_of_once() {
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

#[tokio::test]
async fn of_invocations_side_by_side_each_has_its_own_trace_order_and_log_lines() {
    side_by_side(&[]).await;
}

/// Its subscriber is its own, and it runs without what `run` sets up.
#[tokio::test]
async fn a_consumer_that_is_put_together_by_hand_has_the_same_traces_flushes_and_log_lines() {
    side_by_side(&[("BY_HAND", "true")]).await;
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

/// An environment, invoked once for each number, one after another; then what it wrote, and what its end was like.
async fn run(configuration: &Configuration, numbers: u64) -> (Written, String) {
    let (sender, logs) = unbounded_channel();
    let environment = Environment::start(0, configuration, sender).await.unwrap();
    for number in 1..=numbers {
        assert_eq!(environment.invoke(event(0, [number])).await.unwrap(), DONE);
    }
    let end = environment.shutdown().await;
    (Written::read(logs).await, end)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_collector_that_hangs_up_while_the_process_stands_still_costs_no_spans() {
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
async fn behind_the_trace_layer_what_waits_leaves_before_the_end_and_lines_name_their_invocation() {
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
async fn a_service_behind_the_trace_layer_that_would_lose_what_waits_is_told_once() {
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

/// The lines that a function logged, of those that the test harness writes to standard error, too.
async fn lines(mut logs: UnboundedReceiver<LogLine>) -> Vec<Value> {
    let mut lines = Vec::new();
    while let Some(LogLine { stream, line, .. }) = logs.recv().await {
        let json = line.find('{').filter(|_| stream == LogStream::Stderr).map_or("", |start| &line[start..]);
        lines.extend(serde_json::from_str::<Value>(json));
    }
    lines
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
    let complaint = written.complaints.iter().find(|line| line.contains("are lost")).unwrap();
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
async fn telemetry_that_is_off_costs_nothing() {
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
