//! Both functions, told to name keys by their hashes: what they log, and what the checker makes of it.

use std::sync::Arc;
use std::time::Duration;

use kinetrace::history::Event;
use kinetrace::{KeyNames, SequenceNumber};
use kinetrace_testbed::checker::check;
use kinetrace_testbed::collector::{Collector, Kind};
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::bootstrap::deploy;
use crate::program::sample;

const STREAM: &str = "flights";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_hides_its_keys_writes_none_and_the_checker_still_sees_that_order_was_kept() {
    let (kinesis, collector) = (Kinesis::start().await.unwrap(), Collector::start().await.unwrap());
    let shards = create_stream(&kinesis.client(), STREAM, 2).await.unwrap();
    let variables = [
        ("AWS_ENDPOINT_URL", kinesis.endpoint()),
        ("KINETRACE_STREAM", STREAM),
        ("KINETRACE_GROUP_FIELD", "tailnum"),
        ("KINETRACE_HASH_KEYS", "true"),
        ("KINETRACE_HASH_KEYS_SECRET", SECRET),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
        ("KINETRACE_RECORD_LOG", "all"),
    ];
    let (producer, mut logs) = deploy(&["producer"], &variables, Duration::from_secs(10));
    producer.invoke(sample("events/producer-direct.json").into()).await.unwrap();
    let mut lines = end(producer, &mut logs).await;

    let (consumer, mut logs) = deploy(&["consumer"], &variables[3..], Duration::from_secs(10));
    process(&kinesis, consumer.clone(), &lines).await;
    lines.extend(end(consumer, &mut logs).await);

    let keys = ["N14228", "N24211", "N619AA"];
    for line in &lines {
        assert!(keys.iter().all(|key| !line.contains(key)), "{line}");
    }
    let names = KeyNames::keyed(SECRET).unwrap();
    let spans = collector.spans();
    assert!(keys.iter().all(|key| !format!("{spans:?}").contains(key)), "{spans:#?}");
    for key in keys {
        let of_key = collector.by_attribute("kinetrace.record.key", &*names.name(key));
        let kinds: Vec<_> = of_key.iter().map(|span| span.kind).collect();
        assert_eq!(kinds, [Kind::Producer, Kind::Consumer], "{key}: {spans:#?}");
    }
    for key in keys {
        let of_key = lines.iter().filter(|line| line.contains(&*names.name(key))).count();
        assert_eq!(of_key, 2, "one line at each end of {key}: {lines:#?}");
    }
    let events: Vec<_> = shards.into_iter().map(Event::Shard).chain(events(&lines)).collect();
    let verdict = check(&events);
    assert_eq!((verdict.totals.acknowledged, verdict.totals.processed), (3, 3), "{verdict}");
    assert!(verdict.holds(), "{verdict}");
}

/// What the function has logged when all its environments have ended.
async fn end(function: Function, logs: &mut UnboundedReceiver<LogLine>) -> Vec<String> {
    function.shutdown().await;
    drop(function);
    let mut lines = Vec::new();
    while let Some(LogLine { line, .. }) = logs.recv().await {
        lines.push(line);
    }
    lines
}

async fn process(kinesis: &Kinesis, consumer: Function, produced: &[String]) {
    let arn = format!("arn:aws:kinesis:us-east-1:000000000000:stream/{STREAM}");
    let stream = Stream { name: STREAM.to_owned(), arn };
    let settings = Settings { report_batch_item_failures: true, ..Settings::default() };
    let mapping = EventSourceMapping::start(kinesis.client(), stream, settings, Arc::new(consumer)).unwrap();
    let acknowledged: Vec<(String, SequenceNumber)> = events(produced).filter_map(place).collect();
    assert_eq!(acknowledged.len(), 3, "{produced:#?}");
    mapping.drain(acknowledged).await.unwrap();
    mapping.stop().await;
}

fn events(lines: &[String]) -> impl Iterator<Item = Event> {
    lines.iter().filter_map(|line| serde_json::from_str(line).ok())
}

fn place(event: Event) -> Option<(String, SequenceNumber)> {
    match event {
        Event::Produce(produce) => produce.shard.zip(produce.sequence_number),
        _ => None,
    }
}
