//! A member of a consumer group that runs the same handler as a Lambda function would. It goes on until it is told to end (SIGTERM,
//! Ctrl-C), finishes what it has in hand, and commits that.
//!
//! ```sh
//! BOOTSTRAP_SERVERS=127.0.0.1:9092 GROUP_ID=departures \
//!   cargo run -p kinetrace-kafka --features group --example group -- flights
//! ```
//!
//! Spans go where `OTEL_EXPORTER_OTLP_ENDPOINT` says.

use std::env;
use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace_consumer::{Consumer, Failure, Record};
use kinetrace_kafka::GroupConsumer;
use rdkafka::ClientConfig;

async fn handle(record: Record) -> Result<(), Failure> {
    let Record { shard_id: partition, sequence_number: offset, payload, .. } = &record;
    println!("{offset} of partition {partition}: {} bytes", payload.len());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let topic = env::args().nth(1).ok_or("which topic? group <TOPIC>")?;
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", env::var("BOOTSTRAP_SERVERS").unwrap_or_else(|_| "127.0.0.1:9092".to_owned()));
    config.set("group.id", env::var("GROUP_ID").unwrap_or_else(|_| "departures".to_owned()));
    config.set("auto.offset.reset", "earliest");

    let telemetry = Telemetry::from_env()?;
    let consumer = Consumer::builder(handle).telemetry(telemetry.clone()).build()?;
    GroupConsumer::new(&config, consumer).run(&[&topic], told_to_end()?).await?;
    telemetry.flush(Duration::from_secs(5)).await;
    Ok(())
}

#[cfg(unix)]
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
