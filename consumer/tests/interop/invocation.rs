//! Invocations of a function that skips records, with a queue for its dead letters.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Propagators, Reader, Telemetry};
use kinetrace_consumer::dead_letters::{DeadLetterQueue, DeadLetters};
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use tower::Service as _;

pub(crate) const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
pub(crate) const ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/flights";

/// What an invocation leaves behind.
pub(crate) struct Ended {
    /// At which record Lambda is to start again.
    pub(crate) stop: Option<String>,
    /// Why records were not processed, with their numbers.
    pub(crate) errors: Vec<(String, String)>,
}

/// Skips what has `skip` in it.
async fn handle(record: Record) -> Result<(), Failure> {
    let is_bad = record.payload.windows(4).any(|word| word == b"skip");
    if is_bad { Err(Failure::skip("no plane")) } else { Ok(()) }
}

/// Of records with these keys and data, and the numbers 8, 9, 10, …
pub(crate) async fn invoke(queue: impl DeadLetterQueue, records: &[(&str, &[u8])]) -> Ended {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let telemetry = Telemetry::new(None, Propagators::default());
    let log = RecordLog::new(move |line| sink.lock().unwrap().push(line));
    let builder = Consumer::builder(DeadLetters::new(handle, queue)).read_environment(false);
    let mut consumer = builder.telemetry(telemetry).record_log(log).build().unwrap();
    let event: KinesisEvent = serde_json::from_str(&event(records).to_string()).unwrap();
    let answer = consumer.call(LambdaEvent::new(event, context())).await.unwrap();
    let lines = lines.lock().unwrap();
    let errors = lines.iter().filter_map(|line| Some((line.sequence_number.to_string(), line.error.clone()?)));
    Ended { stop: answer.stop().map(ToString::to_string), errors: errors.collect() }
}

fn event(records: &[(&str, &[u8])]) -> Value {
    let records = records.iter().zip(8..).map(|((key, data), number)| {
        json!({
            "kinesis": {
                "partitionKey": key,
                "sequenceNumber": number.to_string(),
                "data": BASE64.encode(data),
                "approximateArrivalTimestamp": 1_545_084_650.987,
            },
            "eventID": format!("shardId-000000000000:{number}"),
            "eventSourceARN": ARN,
        })
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

fn context() -> lambda_runtime::Context {
    let mut context = lambda_runtime::Context::default();
    context.request_id = "request-1".to_owned();
    let deadline = SystemTime::now() + Duration::from_secs(60);
    context.deadline = u64::try_from(deadline.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let config = lambda_runtime::Config { function_name: "departures".to_owned(), ..Default::default() };
    context.env_config = Arc::new(config);
    context
}

/// The bytes of the letter's record as the stream has them, and the payload that a reader finds in them.
pub(crate) fn raw(letter: &Value) -> (Vec<u8>, Vec<u8>) {
    let kinesis = &letter["Records"][0]["kinesis"];
    let data = BASE64.decode(kinesis["data"].as_str().unwrap()).unwrap();
    let [read] = &Reader::default().read(data.clone().into(), kinesis["partitionKey"].as_str())[..] else {
        panic!("one record: {letter}")
    };
    (data, read.payload.to_vec())
}

pub(crate) fn envelope(payload: &str) -> String {
    format!(r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data":{payload}}}"#)
}
