//! Events of up to 6 MB, from their bytes to the answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Propagators, Telemetry};
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure as HandlerFailure, Record, RecordLog};
use lambda_runtime::LambdaEvent;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tower::Service as _;

use crate::Failure;
use crate::curve::Curve;
use crate::picture::{Memory, Picture};
use crate::size::Size;

/// What an invocation may have at most.
const LARGEST: usize = 6_000_000;

/// What an event has around a record's data, about.
const ENTRY: usize = 600;

pub(crate) fn picture(size: Size) -> Result<Picture, Failure> {
    let mut sizes = size.decades(1_000, LARGEST);
    if size.is_full() {
        sizes.push(LARGEST);
    }
    let curves = vec![
        Curve::of("many records", &sizes, |bytes| consumed(&vec![enveloped(60); of_size(bytes, 60)], false))?,
        Curve::of("many records, none of which can be read", &sizes, |bytes| {
            consumed(&vec!["not base64".to_owned(); of_size(bytes, 10)], true)
        })?,
        Curve::of("one large record", &sizes, |bytes| {
            consumed(&[enveloped(bytes.saturating_sub(ENTRY) / 4 * 3)], false)
        })?,
    ];
    let title = "An event of the mapping, from its bytes to the answer";
    Ok(Picture { file: "events", title, item: "byte", items: "bytes of the event", memory: Memory::PerItem, curves })
}

fn of_size(bytes: usize, data: usize) -> usize {
    (bytes / (ENTRY + data)).max(1)
}

/// A record's data in base64: a text of so many bytes, with a context.
fn enveloped(bytes: usize) -> String {
    let text = "x".repeat(bytes);
    BASE64.encode(format!(
        r#"{{"_otel":{{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}},"data":"{text}"}}"#
    ))
}

/// As one record after another of one shard.
fn consumed(data: &[String], fails: bool) -> Result<impl FnMut() -> Result<(), Failure> + use<>, Failure> {
    let records: Vec<_> = data.iter().enumerate().map(|(number, data)| entry(number, data)).collect();
    let event = format!(r#"{{"Records":[{}]}}"#, records.join(","));
    let telemetry = Telemetry::new(Some(SdkTracerProvider::builder().build()), Propagators::default());
    let mut consumer = Consumer::builder(handle).telemetry(telemetry).record_log(RecordLog::off()).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(move || {
        let event: KinesisEvent = serde_json::from_str(&event)?;
        let response = runtime.block_on(consumer.call(LambdaEvent::new(event, context())));
        match response {
            Ok(response) if response.stop().is_some() != fails => Err("records came back, or did not".into()),
            Ok(_) => Ok(()),
            Err(_) if fails => Ok(()),
            Err(error) => Err(error.into()),
        }
    })
}

async fn handle(_: Record) -> Result<(), HandlerFailure> {
    Ok(())
}

/// Whose deadline is far away.
fn context() -> lambda_runtime::Context {
    let mut context = lambda_runtime::Context::default();
    context.deadline = 4_102_444_800_000;
    context
}

fn entry(number: usize, data: &str) -> String {
    let key = number % 100;
    let sequence_number = format!("4959033827149025660855969253836157109592157598913{number:07}");
    format!(
        r#"{{"kinesis":{{"kinesisSchemaVersion":"1.0","partitionKey":"N{key:05}","sequenceNumber":"{sequence_number}","data":"{data}","approximateArrivalTimestamp":1545084650.987}},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:{sequence_number}","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/flights"}}"#
    )
}
