//! A consumer with a loop of its own, and one line more. It prints each record of the topic that its first argument names, with its
//! headers and the trace that it is processed in, and ends after as many as the second argument says; without one, never.
//!
//! ```sh
//! BOOTSTRAP_SERVERS=127.0.0.1:9092 GROUP_ID=example \
//!   cargo run -p kinetrace-kafka --features rdkafka --example rdkafka_consumer -- flights 2
//! ```
//!
//! Spans go where `OTEL_EXPORTER_OTLP_ENDPOINT` says.

use std::env;
use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace_kafka::{ProcessSpan, Propagation};
use opentelemetry::trace::TraceContextExt as _;
use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use rdkafka::message::{BorrowedMessage, Headers as _};
use rdkafka::{ClientConfig, Message as _};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let topic = env::args().nth(1).ok_or("which topic? rdkafka_consumer <TOPIC> [<RECORDS>]")?;
    let records: usize = env::args().nth(2).map_or(Ok(usize::MAX), |records| records.parse())?;
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", env::var("BOOTSTRAP_SERVERS").unwrap_or_else(|_| "127.0.0.1:9092".to_owned()))
        .set("group.id", env::var("GROUP_ID").unwrap_or_else(|_| "example".to_owned()))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[&topic])?;
    // Programs with a global tracer provider write `Propagation::new()`.
    let telemetry = Telemetry::from_env()?;
    let propagation = Propagation::new().telemetry(&telemetry);

    for _ in 0..records {
        let message = consumer.recv().await?;
        let span = propagation.process_span(&message); // this line
        println!("{}", describe(&message, &span));
        consumer.store_offset_from_message(&message)?;
    }
    consumer.commit_consumer_state(CommitMode::Sync)?;
    telemetry.flush(Duration::from_secs(5)).await;
    Ok(())
}

fn describe(message: &BorrowedMessage<'_>, span: &ProcessSpan) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = message.headers().map(|it| it.iter().collect::<Vec<_>>()).unwrap_or_default();
    let headers: Vec<_> = headers.iter().map(|header| json!([header.key, header.value.map(text)])).collect();
    let span = span.context().span().span_context().clone();
    json!({
        "partition": message.partition(), "offset": message.offset(), "key": message.key().map(text),
        "payload": message.payload().map(text), "headers": headers,
        "trace_id": span.trace_id().to_string(), "span_id": span.span_id().to_string(),
    })
}
