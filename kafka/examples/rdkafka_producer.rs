//! A producer as programs have it, and one line more. It sends lines, `<key> <payload>`, from standard input to the topic that its
//! argument names, one after the other, and prints where each arrived. A key by itself deletes the key.
//!
//! ```sh
//! printf 'N14228 {"leg":"EWR-IAH"}\nN24211 {"leg":"LGA-IAH"}\n' |
//!   BOOTSTRAP_SERVERS=127.0.0.1:9092 cargo run -p kinetrace-kafka --features rdkafka --example rdkafka_producer -- flights
//! ```
//!
//! Spans go where `OTEL_EXPORTER_OTLP_ENDPOINT` says.

use std::env;
use std::io::{self, BufRead as _};
use std::time::Duration;

use kinetrace::{Injection, Telemetry};
use kinetrace_kafka::{Propagation, Traced, check_order};
use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let topic = env::args().nth(1).ok_or("which topic? rdkafka_producer <TOPIC>")?;
    let servers = env::var("BOOTSTRAP_SERVERS").unwrap_or_else(|_| "127.0.0.1:9092".to_owned());
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", servers).set("enable.idempotence", "true").set("partitioner", "murmur2_random");
    for warning in check_order(&config)? {
        eprintln!("{warning}");
    }
    let producer: FutureProducer = config.create()?;
    // Programs with a global tracer provider write `Traced::new(producer)`.
    let telemetry = Telemetry::from_env()?;
    let propagation = Propagation::new().telemetry(&telemetry);
    let producer = Traced::with(producer, &propagation);

    for line in io::stdin().lock().lines() {
        let line = line?;
        let (key, payload) = line.split_once(' ').map_or((line.as_str(), None), |(key, it)| (key, Some(it)));
        let record = FutureRecord { payload, ..FutureRecord::to(&topic).key(key) };
        let delivery = producer.send(record, Timeout::Never).await.map_err(|(error, _)| error)?;
        println!("{}", serde_json::json!({ "key": key, "partition": delivery.partition, "offset": delivery.offset }));
    }
    eprintln!("{} carry a context", propagation.counts().of(Injection::Injected));
    telemetry.flush(Duration::from_secs(5)).await;
    Ok(())
}
