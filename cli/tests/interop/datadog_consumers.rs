//! What Datadog's tracers make of the records that are put with `Carrier::Datadog`: their wrappers of Lambda functions, and their
//! clients.
//!
//! Each writes its spans to standard output, as for Datadog's forwarder in a function without the extension.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::TraceIds;
use kinetrace::{Carrier, Injection, Telemetry};
use kinetrace_producer::Publisher;
use kinetrace_testbed::collector::Collector;
use opentelemetry::Context;
use opentelemetry::trace::{
    FutureExt as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::consumer::{Flights, STREAM};
use crate::counterpart::run;
use crate::program::{node, python};

/// The last two are beyond ASCII, which is what all but the client for JavaScript decode a payload as. The wrapper for
/// JavaScript drops the eighth bit, after which the former is still JSON.
const PAYLOADS: [&str; 3] = [
    r#"{"tailnum":"N14228","delay":-4.0}"#,
    r#"{"tailnum":"N24211","pilot":"Zoë"}"#,
    r#"{"tailnum":"N619AA","to":"東京"}"#,
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn datadogs_wrapper_for_python_continues_a_trace_unless_the_payload_is_beyond_ascii() {
    the_wrapper_continues(|| python("datadog", "datadog_consume.py"), [true, false, false]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn datadogs_wrapper_for_javascript_continues_a_trace_unless_the_payload_is_beyond_ascii() {
    the_wrapper_continues(|| node("datadog_consume.js"), [true, true, false]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn a_client_of_ddtrace_for_python_continues_a_trace_unless_the_payload_is_beyond_ascii() {
    let client = python("datadog", "datadog_get.py");
    the_client_continues(client, "kinesis.command", [true, false, false]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn a_client_of_dd_trace_for_javascript_continues_a_trace() {
    the_client_continues(node("datadog_get.js"), "aws.response", [true; 3]).await;
}

async fn the_wrapper_continues(wrapper: impl Fn() -> Command, continued: [bool; 3]) {
    let (flights, sent) = put(&PAYLOADS, &Context::new()).await;
    let records = flights.records().await;
    let records: Vec<_> = records.iter().map(|record| (record.sequence_number(), record.data().as_ref())).collect();
    // An invocation each, and one of all of them, of which it looks at the first.
    let mut events: Vec<_> = records.iter().map(|record| event(&[*record])).collect();
    events.push(event(&records));
    let inferred = spans(wrapper(), &events, "aws.kinesis").await;
    let is_continued = |span: &Span, context| span.continues(context, 1);
    let [.., batch] = &inferred[..] else { panic!("no spans") };
    assert!(is_continued(batch, &sent[0]), "{batch:?}");
    let each: Vec<_> = inferred.iter().zip(&sent).map(|(span, context)| is_continued(span, context)).collect();
    assert_eq!(each, continued, "{inferred:#?}");

    for (priority, upstream) in [(2, upstream(true)), (0, upstream(false))] {
        let (flights, sent) = put(&PAYLOADS[..1], &upstream).await;
        let records = flights.records().await;
        let event = event(&[(records[0].sequence_number(), records[0].data().as_ref())]);
        let [span] = &spans(wrapper(), &[event], "aws.kinesis").await[..] else { panic!("not one span") };
        assert!(span.continues(&sent[0], priority), "{priority}: {span:?}");
    }
}

async fn the_client_continues(mut client: Command, name: &str, continued: [bool; 3]) {
    let (flights, sent) = put(&PAYLOADS, &Context::new()).await;
    client.args([flights.endpoint(), STREAM, &PAYLOADS.len().to_string()]);
    let all = spans(client, &[], name).await;
    let of_each = sent.iter().map(|context| all.iter().filter(|span| span.continues(context, 1)).count());
    assert_eq!(of_each.collect::<Vec<_>>(), continued.map(usize::from), "{all:#?}");
}

/// The stream with a record for each payload, and the contexts that travel with them.
async fn put(payloads: &[&str], parent: &Context) -> (Flights, Vec<TraceIds>) {
    let flights = Flights::create().await;
    let collector = Collector::start().await.unwrap();
    let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer").unwrap();
    let publisher =
        Publisher::builder(flights.client().clone(), STREAM).telemetry(&telemetry).carrier(Carrier::Datadog);
    let publisher = publisher.build();
    let mut sent = Vec::new();
    for payload in payloads {
        let record = kinetrace::Record::new("N14228", *payload);
        let ack = publisher.send(record).with_context(parent.clone()).await.unwrap();
        assert_eq!(ack.injection, Some(Injection::Injected));
        sent.push(ack.context.unwrap());
    }
    (flights, sent)
}

/// A trace that a tracer of Datadog's began, and its user has decided on.
fn upstream(is_kept: bool) -> Context {
    let (flags, state) =
        if is_kept { (TraceFlags::SAMPLED, "s:2;o:rum;t.dm:-4") } else { (TraceFlags::default(), "s:0") };
    let state = TraceState::from_key_value([("dd", state)]).unwrap();
    let (trace_id, span_id) = (TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736), SpanId::from(7));
    Context::new().with_remote_span_context(SpanContext::new(trace_id, span_id, flags, true, state))
}

/// What Lambda would invoke a function with.
fn event(records: &[(&str, &[u8])]) -> Value {
    let record = |&(sequence_number, data): &(&str, &[u8])| {
        json!({
            "awsRegion": "us-east-1",
            "eventID": format!("shardId-000000000000:{sequence_number}"),
            "eventName": "aws:kinesis:record",
            "eventSource": "aws:kinesis",
            "eventSourceARN": format!("arn:aws:kinesis:us-east-1:123456789012:stream/{STREAM}"),
            "eventVersion": "1.0",
            "kinesis": {
                "approximateArrivalTimestamp": 1_767_776_404.122,
                "data": BASE64.encode(data),
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "N14228",
                "sequenceNumber": sequence_number,
            },
        })
    };
    json!({"Records": records.iter().map(record).collect::<Vec<_>>()})
}

/// A span, as both libraries write it.
#[derive(Debug, Deserialize)]
struct Span {
    trace_id: String,
    parent_id: String,
    meta: Map<String, Value>,
    metrics: Map<String, Value>,
}

impl Span {
    fn continues(&self, parent: &TraceIds, priority: i64) -> bool {
        // Either has half of the trace id.
        let upper = self.meta.get("_dd.p.tid").and_then(Value::as_str).unwrap_or_default();
        let trace_id = format!("{upper}{}", self.trace_id.to_lowercase());
        let ids = TraceIds::new(trace_id, self.parent_id.to_lowercase());
        ids == *parent && self.metrics.get("_sampling_priority_v1") == Some(&json!(priority))
    }
}

/// The spans of this name that the program writes.
async fn spans(program: Command, input: &[Value], name: &str) -> Vec<Span> {
    let lines: Vec<Value> = run(program, input).await;
    let traces = lines.into_iter().filter_map(|mut line| Some(line.get_mut("traces")?.take()));
    let spans = traces.flat_map(|traces| serde_json::from_value::<Vec<Vec<Value>>>(traces).unwrap()).flatten();
    let named = spans.filter(|span| span["name"] == name);
    named.map(|span| serde_json::from_value(span).unwrap()).collect()
}
