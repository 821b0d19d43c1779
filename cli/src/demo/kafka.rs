//! The demo over Kafka: a client, a topic of the embedded broker or of another one, a mapping, the consumer function.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use kinetrace::history::{Event, Partitioner, Partitions, Produce, PutOutcome, Timestamp, TraceIds};
use kinetrace::kafka::HeaderReader;
use kinetrace::{Order, ProducerId, Propagators, Telemetry};
use kinetrace_kafka::Propagation;
use kinetrace_producer::ProduceStart;
use kinetrace_testbed::kafka::{Broker, Topic};
use kinetrace_testbed::printable::Printable;
use krafka::producer::DeliveryConfirmation;
use opentelemetry::trace::TraceContextExt as _;

use super::world::{Ran, World};
use crate::input::Input;
use crate::kafka_pipeline::{Pipeline, Plan};
use crate::outcome::Failure;
use crate::pipeline::{Log, acknowledged, consumer_bootstrap, stream_name};
use crate::say::say;

const PARTITIONS: u16 = 2;

/// A read of the topic, at the end, ends after so long without a record.
const SILENCE: Duration = Duration::from_secs(10);

/// The last spans of the client are on their way at most so long.
const FLUSH_LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn run(world: World<'_>, servers: Option<&str>, input: Input) -> Result<Ran, Failure> {
    let broker = if servers.is_some() { None } else { Some(Broker::start().await?) };
    let embedded = broker.as_ref().map(Broker::bootstrap_servers);
    let servers = servers.or(embedded.as_deref()).unwrap_or_default();
    let topic = Topic::create(servers, &stream_name("demo"), PARTITIONS.into()).await?;
    let whose = if broker.is_some() { "the embedded broker".to_owned() } else { Printable(servers).to_string() };
    say!(
        "2. deployed: a topic of {PARTITIONS} partitions at {whose}, a mapping with batch size 1, and a consumer function"
    );
    let ran = run_on(world, &topic, servers, input).await;
    // Also after an error: what is left over is there for good.
    topic.delete().await?;
    ran
}

async fn run_on(world: World<'_>, topic: &Topic, servers: &str, input: Input) -> Result<Ran, Failure> {
    let (log, lines) = Log::start();
    let plan = Plan {
        topic,
        bootstrap_servers: servers,
        partitions: PARTITIONS,
        collector: world.collector,
        consumer: consumer_bootstrap(world.bootstrap, &["bootstrap", "consumer"])?,
        batch_size: 1,
        seed: 0,
    };
    let pipeline = Pipeline::deploy(plan, lines)?;

    let count = input.records.len();
    let mut produced = publish(&world, topic, servers, input).await?;
    let published = acknowledged(&produced);
    say!("3. {} of {count} published by krafka, with one line for the traces", published.len());
    if let Some(error) = produced.iter().find_map(|line| line.error.as_deref()) {
        say!("   the first that was not: {}", Printable(error));
    }
    pipeline.drain(published).await?;
    let report = pipeline.take_down().await;
    let (logged, complaints) = log.end().await;
    say!("4. processed by the consumer function in {} invocations", report.invocations);
    complaints.iter().take(5).for_each(|complaint| say!("   it says: {}", Printable(complaint)));
    if let Some(discard) = report.discards.first() {
        say!("   records were given up: {:?}", discard.condition);
    }
    name_contexts(topic, &mut produced).await?;
    let partitions = Partitions::new(topic.name(), PARTITIONS.into(), Partitioner::Murmur2);
    let lines = [Event::Partitions(partitions)].into_iter().chain(produced.iter().cloned().map(Event::Produce));
    let events = lines.chain(logged).collect();
    Ok(Ran { produced, events })
}

/// Sends all events without waiting for one before the next: the client keeps the order.
async fn publish(world: &World<'_>, topic: &Topic, servers: &str, input: Input) -> Result<Vec<Produce>, Failure> {
    let telemetry = Telemetry::exporting_to(world.collector.endpoint(), "producer")?;
    let kafka = krafka::Kafka::builder(servers).connect().await?;
    let tracing = Propagation::new().telemetry(&telemetry);
    let producer = kafka.producer().interceptor(tracing).build().await?;
    let id = ProducerId::from_bits(fastrand::u64(..));
    let mut counts = HashMap::<String, u64>::new();
    let mut under_way = Vec::with_capacity(input.records.len());
    for record in input.records {
        if let Some(forwarder) = world.forwarder {
            forwarder.room().await;
        }
        let started = ProduceStart::now(topic.name(), &record.partition_key, &record.data);
        let sequence = counts.entry(record.partition_key.clone()).or_default();
        let order = Order { producer: id, sequence: *sequence };
        *sequence += 1;
        let outgoing = krafka::Record::new(topic.name(), record.data).key(record.partition_key);
        let handed = producer.enqueue(outgoing).await;
        under_way.push(async move {
            let delivered = match handed {
                Ok(handle) => handle.await,
                Err(refused) => Err(refused),
            };
            line(started, order, delivered)
        });
    }
    let lines = join_all(under_way).await;
    producer.close().await?;
    telemetry.flush(FLUSH_LIMIT).await;
    Ok(lines)
}

fn line(started: ProduceStart, order: Order, delivered: krafka::Result<krafka::producer::RecordMetadata>) -> Produce {
    match delivered {
        Ok(metadata) => {
            let mut line = started.line(order, PutOutcome::Acknowledged, Timestamp::now());
            line.shard = Some(metadata.partition.to_string());
            let is_told = metadata.delivery == DeliveryConfirmation::Offset;
            line.sequence_number = is_told.then(|| metadata.offset.to_string().into());
            line
        }
        Err(error) => {
            let mut line = started.line(order, PutOutcome::Unknown, Timestamp::now());
            line.error = Some(error.to_string());
            line
        }
    }
}

/// Adds what the interceptor does not tell: with which context each record stands in the log.
async fn name_contexts(topic: &Topic, produced: &mut [Produce]) -> Result<(), Failure> {
    let propagators = Propagators::default();
    let mut contexts = HashMap::new();
    let log = topic.read(PARTITIONS.into()).await?;
    while contexts.len() < acknowledged(produced).len() {
        let read = log.next(SILENCE).await?;
        if read.is_empty() {
            break;
        }
        for record in read {
            let headers = record.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref()));
            let context = propagators.extract(&HeaderReader::default().read(headers).fields);
            let ids = TraceIds::of(context.span().span_context());
            contexts.insert((record.partition.to_string(), record.offset.to_string()), ids);
        }
    }
    for line in produced {
        let Some((partition, offset)) = line.shard.clone().zip(line.sequence_number.as_ref()) else { continue };
        line.context = contexts.remove(&(partition, offset.as_str().to_owned())).flatten();
    }
    Ok(())
}
