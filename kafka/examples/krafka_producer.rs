//! A producer of krafka, and one line more. It sends lines, `<key> <payload>`, from standard input to the topic that its argument
//! names, one after the other, and prints where each arrived. A key by itself deletes the key.
//!
//! ```sh
//! printf 'N14228 {"leg":"EWR-IAH"}\nN24211 {"leg":"LGA-IAH"}\n' |
//!   BOOTSTRAP_SERVERS=127.0.0.1:9092 cargo run -p kinetrace-kafka --features krafka --example krafka_producer -- flights
//! ```
//!
//! Spans go where `OTEL_EXPORTER_OTLP_ENDPOINT` says.

use std::env;
use std::io::{self, BufRead as _};
use std::time::Duration;

use kinetrace::{Injection, Telemetry};
use kinetrace_kafka::Propagation;
use krafka::{Kafka, Record};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let topic = env::args().nth(1).ok_or("which topic? krafka_producer <TOPIC>")?;
    let servers = env::var("BOOTSTRAP_SERVERS").unwrap_or_else(|_| "127.0.0.1:9092".to_owned());
    let kafka = Kafka::builder(servers).connect().await?;
    // Programs with a global tracer provider write `Propagation::new()`.
    let telemetry = Telemetry::from_env()?;
    let propagation = Propagation::new().telemetry(&telemetry);
    let producer = kafka.producer().interceptor(propagation.clone()).build().await?; // this line

    for line in io::stdin().lock().lines() {
        let line = line?;
        let record = match line.split_once(' ') {
            Some((key, payload)) => Record::new(topic.as_str(), payload.to_owned()).key(key.to_owned()),
            None => Record::tombstone(topic.as_str(), line.clone()),
        };
        let key = record.key.clone().unwrap_or_default();
        let delivery = producer.send(record).await?;
        let key = String::from_utf8_lossy(&key);
        println!("{}", serde_json::json!({ "key": key, "partition": delivery.partition, "offset": delivery.offset }));
    }
    producer.close().await?;
    eprintln!("{} carry a context", propagation.counts().of(Injection::Injected));
    telemetry.flush(Duration::from_secs(5)).await;
    Ok(())
}
