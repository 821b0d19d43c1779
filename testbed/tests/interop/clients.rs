//! boto3, the AWS SDK for JavaScript, and both clients of the AWS SDK for Java: what they put is seen as they put it, and the spans of
//! the programs arrive.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinetrace_testbed::collector::{Arrival, Arrivals, Kind, Receiver, Span};
use kinetrace_testbed::kinesis::puts::{Put, Puts};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde::Deserialize;
use tokio::sync::mpsc::{channel, unbounded_channel};

use crate::printed::run;
use crate::program::{java, node, python};

const STREAM: &str = "flights";

/// What a program prints of a record that it put.
#[derive(Debug, Deserialize)]
struct Line {
    client: String,
    partition_key: String,
    explicit_hash_key: Option<String>,
    data_base64: String,
    shard: String,
    sequence_number: String,
    trace_id: String,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn what_boto3_puts_is_seen_and_spans_of_python_arrive() {
    puts_and_traces(python("local", "local_put.py"), "python").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn what_the_sdk_for_javascript_puts_over_http_2_is_seen_and_spans_of_node_arrive_as_json() {
    puts_and_traces(node("local_put.js"), "node").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn what_both_clients_of_java_put_in_cbor_is_seen_and_spans_of_java_arrive_packed() {
    puts_and_traces(java("LocalPut"), "java").await;
}

async fn puts_and_traces(mut program: Command, service: &str) {
    let (to, mut puts) = unbounded_channel();
    let kinesis = Kinesis::start_on(0, |emulator| Puts::new(to).wrap(emulator)).await.unwrap();
    create_stream(&kinesis.client(), STREAM, 2).await.unwrap();
    let (to, mut arrivals) = channel(100);
    let receiver = Receiver::start_on(0, Arrivals::new(to)).await.unwrap();
    program.arg(STREAM).env("AWS_ENDPOINT_URL_KINESIS", kinesis.endpoint());
    program.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "none");
    program.env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
    program.env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint()).env("OTEL_SERVICE_NAME", service);

    let lines: Vec<Line> = run(program).await;
    let puts: Vec<_> = std::iter::from_fn(|| puts.try_recv().ok()).collect();
    assert!(lines.len() >= 4);
    assert_eq!(puts.len(), lines.len());
    lines.iter().zip(&puts).for_each(|(line, put)| same(line, put));

    let spans = std::iter::from_fn(|| arrivals.try_recv().ok()).flat_map(|arrival| match arrival {
        Arrival::Spans(spans) => spans,
        _ => Vec::new(),
    });
    let spans: Vec<Span> = spans.filter(|span| span.name == "put flights").collect();
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert!(lines.iter().all(|line| line.trace_id == span.trace_id));
    assert_eq!((span.kind, span.events[0].name.as_str()), (Kind::Producer, "begins"));
    assert_eq!(receiver.received().refused, 0);
}

fn same(line: &Line, put: &Put) {
    let client = &line.client;
    assert_eq!((put.stream.as_str(), &put.partition_key), (STREAM, &line.partition_key), "{client}");
    assert_eq!(put.explicit_hash_key.map(|key| key.to_string()), line.explicit_hash_key, "{client}");
    assert!(put.data == STANDARD.decode(&line.data_base64).unwrap(), "{client}");
    assert_eq!(put.answer, Ok((line.shard.clone(), line.sequence_number.as_str().into())), "{client}");
    assert_eq!(put.access_key, "AKIDEXAMPLE", "{client}");
}
