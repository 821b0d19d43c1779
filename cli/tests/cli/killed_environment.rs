//! Killing execution environments in the middle of their batches.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::Telemetry;
use kinetrace::history::{Event, Produce};
use kinetrace_producer::ProduceStart;
use kinetrace_producer::{Publisher, Record};
use kinetrace_testbed::checker::check;
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::environment::{LogLine, LogStream};
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::bootstrap::deploy;

const STREAM: &str = "flights";
const BATCH_SIZE: usize = 10;
const GROUPS: usize = 7;
/// Three full batches of each group, whether a shard is read as one lane or as one for each group.
const RECORDS: usize = GROUPS * 3 * BATCH_SIZE;

/// With so many records processed, the next batch that gets as far as its third record loses its environment.
const KILL_FROM: [usize; 4] = [0, 44, 88, 132];
const KILL_AT: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_environment_loses_nothing_when_its_shard_has_one_batch_at_a_time() {
    nothing_is_lost_with(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_environment_loses_nothing_among_ten_batches_of_its_shard() {
    nothing_is_lost_with(10).await;
}

async fn nothing_is_lost_with(parallelization_factor: usize) {
    let kinesis = Kinesis::start().await.unwrap();
    let collector = Collector::start().await.unwrap();
    let client = kinesis.client();
    let shards = create_stream(&client, STREAM, 2).await.unwrap();
    // Before a reader starts, so that every batch is full and has a middle.
    let produced = publish(&client, &collector).await;
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()), ("KINETRACE_RECORD_LOG", "all")];
    let (function, logs) = deploy(&["benchmark", "--seed", "7"], &variables, Duration::from_secs(30));
    let settings = Settings {
        batch_size: BATCH_SIZE,
        parallelization_factor,
        report_batch_item_failures: true,
        seed: 7,
        ..Settings::default()
    };
    let killer = process(client, settings, function, logs, &produced).await;

    assert_eq!(killer.killed.len(), KILL_FROM.len(), "kills");
    let in_the_middle = killer.killed.iter().filter(|request| killer.records[*request] < BATCH_SIZE).count();
    assert!(in_the_middle > 0, "every kill came too late: {:?} of {:?}", killer.killed, killer.records);
    let shards = shards.into_iter().map(Event::Shard);
    let events: Vec<_> = shards.chain(produced.into_iter().map(Event::Produce)).chain(killer.events).collect();
    let verdict = check(&events);
    assert_eq!([verdict.totals.acknowledged, verdict.totals.processed], [RECORDS; 2], "{verdict}");
    assert!(verdict.totals.duplicates > 0, "no batch came again: {verdict}");
    for property in verdict.properties() {
        assert!(property.checked > 0 && property.holds(), "{verdict}");
    }
}

async fn publish(client: &Client, collector: &Collector) -> Vec<Produce> {
    let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer").unwrap();
    let publisher = Publisher::builder(client.clone(), STREAM).telemetry(&telemetry).build();
    let mut deliveries = Vec::new();
    for number in 0..RECORDS {
        let record = Record::new(format!("group {}", number % GROUPS), format!(r#"{{"n":{number}}}"#));
        let handed = ProduceStart::now(STREAM, &record.partition_key, &record.data);
        deliveries.push((handed, publisher.enqueue(record).await.unwrap()));
    }
    let mut produced = Vec::new();
    for (handed, delivery) in deliveries {
        produced.push(handed.settled(&delivery.await));
    }
    produced
}

/// Runs a mapping until every record is processed, killing on the way.
async fn process(
    client: Client,
    settings: Settings,
    function: Function,
    logs: UnboundedReceiver<LogLine>,
    produced: &[Produce],
) -> Killer {
    let arn = format!("arn:aws:kinesis:us-east-1:000000000000:stream/{STREAM}");
    let stream = Stream { name: STREAM.to_owned(), arn };
    let mapping = EventSourceMapping::start(client, stream, settings, Arc::new(function.clone())).unwrap();
    let acknowledged = produced.iter().filter_map(|line| Some((line.shard.clone()?, line.sequence_number.clone()?)));
    let mut killer = Killer { logs, events: Vec::new(), records: HashMap::new(), killed: Vec::new() };
    tokio::select! {
        drained = mapping.drain(acknowledged) => drained.unwrap(),
        () = killer.watch(Some(&function)) => panic!("the log ended before the function"),
    }
    let report = mapping.stop().await;
    assert_eq!(report.discards, []);
    function.shutdown().await;
    drop(function);
    killer.watch(None).await;
    killer
}

/// Reads the log, and kills the process that wrote it when it is time to.
struct Killer {
    logs: UnboundedReceiver<LogLine>,
    events: Vec<Event>,
    /// How many records each invocation got done.
    records: HashMap<String, usize>,
    /// The invocations that ended by force.
    killed: Vec<String>,
}

impl Killer {
    /// Never ends while there is the function.
    async fn watch(&mut self, function: Option<&Function>) {
        while let Some(LogLine { environment, stream, line }) = self.logs.recv().await {
            assert_eq!(stream, LogStream::Stdout, "{line}");
            let event = serde_json::from_str(&line).unwrap();
            let Event::Process(process) = &event else { panic!("{line}") };
            let request = process.request_id.to_string();
            self.events.push(event);
            let done = self.records.entry(request.clone()).or_default();
            *done += 1;
            let Some(from) = KILL_FROM.get(self.killed.len()) else { continue };
            let now = *done == KILL_AT && self.events.len() > *from;
            if now && function.is_some_and(|function| function.kill_environment(environment)) {
                self.killed.push(request);
            }
        }
    }
}
