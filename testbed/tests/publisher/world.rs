//! A stream with faults in front of it, publishers to it, and what it holds in the end.

use std::collections::HashSet;
use std::sync::Arc;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::types::{Record as SdkRecord, ShardIteratorType};
use axum::Router;
use bytes::Bytes;
use kinetrace::history::Shard;
use kinetrace::{Extraction, HashKey, Order, Propagators, Reader, Record, SequenceNumber, Telemetry};
use kinetrace_producer::PublisherBuilder;
use kinetrace_producer::{Ack, Delivery, Publisher};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

use crate::faults::{Faults, Step};

pub(crate) const STREAM: &str = "flights";

pub(crate) struct World {
    kinesis: Kinesis,
    pub(crate) client: Client,
    pub(crate) shards: Vec<Shard>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) spans: InMemorySpanExporter,
    pub(crate) telemetry: Telemetry,
}

impl World {
    /// A step of the script for each of the first requests; the later ones pass.
    pub(crate) async fn start(shards: u16, script: impl IntoIterator<Item = Step>) -> Self {
        Self::start_then(shards, script, Step::Pass).await
    }

    pub(crate) async fn start_then(shards: u16, script: impl IntoIterator<Item = Step>, then: Step) -> Self {
        Self::start_behind(shards, Faults::new(script, then), |service| service).await
    }

    /// With something more between the publisher and the faults.
    pub(crate) async fn start_behind(shards: u16, faults: Arc<Faults>, wrap: impl FnOnce(Router) -> Router) -> Self {
        let kinesis = Kinesis::start_behind(|service| wrap(faults.wrap(service))).await.unwrap();
        let client = kinesis.client();
        Self::of(kinesis, client, shards, faults).await
    }

    /// With a client that `connect` makes of an ordinary one and the service itself, for a clock that stands still: a
    /// socket would have it run on.
    pub(crate) async fn start_in_process(shards: u16, connect: impl FnOnce(&Client, Router) -> Client) -> Self {
        let faults = Faults::new([], Step::Pass);
        let mut inside = Router::new();
        let kinesis = Kinesis::start_behind(|service| {
            inside = faults.wrap(service);
            inside.clone()
        });
        let kinesis = kinesis.await.unwrap();
        let client = connect(&kinesis.client(), inside);
        Self::of(kinesis, client, shards, faults).await
    }

    async fn of(kinesis: Kinesis, client: Client, shards: u16, faults: Arc<Faults>) -> Self {
        let shards = create_stream(&client, STREAM, shards).await.unwrap();
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        let telemetry = Telemetry::new(Some(provider), Propagators::default());
        Self { kinesis, client, shards, faults, spans, telemetry }
    }

    /// `127.0.0.1:<port>`.
    pub(crate) fn authority(&self) -> &str {
        self.kinesis.endpoint().trim_start_matches("http://")
    }

    /// A publisher that makes spans.
    pub(crate) fn publisher(&self) -> PublisherBuilder {
        Publisher::builder(self.client.clone(), STREAM).telemetry(&self.telemetry)
    }

    pub(crate) fn shard_at(&self, place: HashKey) -> &str {
        let owner = self.shards.iter().find(|shard| (shard.first_hash_key..=shard.last_hash_key).contains(&place));
        &owner.unwrap().shard
    }

    /// All records, shard by shard, in stream order.
    pub(crate) async fn stream(&self) -> Vec<Stored> {
        let mut stored = Vec::new();
        for Shard { shard, .. } in &self.shards {
            let iterator = self.client.get_shard_iterator().stream_name(STREAM).shard_id(shard);
            let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
            let mut next = iterator.shard_iterator;
            loop {
                let page = self.client.get_records().set_shard_iterator(next).send().await.unwrap();
                if page.records.is_empty() {
                    break;
                }
                stored.extend(page.records.into_iter().map(|record| Stored::read(shard, record)));
                next = page.next_shard_iterator;
            }
        }
        stored
    }

    /// The stream's records as `<partition key><place in its key>`, shard by shard, in stream order.
    pub(crate) async fn labels(&self) -> Vec<String> {
        let label = |stored: &Stored| format!("{}{}", stored.partition_key, stored.order().sequence);
        self.stream().await.iter().map(label).collect()
    }
}

/// A record as the stream shows it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) shard: String,
    pub(crate) sequence_number: SequenceNumber,
    pub(crate) partition_key: String,
    pub(crate) data: Bytes,
}

impl Stored {
    fn read(shard: &str, record: SdkRecord) -> Self {
        Self {
            shard: shard.to_owned(),
            sequence_number: record.sequence_number.into(),
            partition_key: record.partition_key.unwrap(),
            data: record.data.into_inner().into(),
        }
    }

    pub(crate) fn extraction(&self) -> Extraction {
        Reader::default().read(self.data.clone(), Some(&self.partition_key)).remove(0)
    }

    pub(crate) fn order(&self) -> Order {
        self.extraction().order.unwrap()
    }

    pub(crate) fn is_where(&self, ack: &Ack) -> bool {
        self.shard == ack.shard_id && self.sequence_number == ack.sequence_number
    }
}

/// Hands over a record for each label, `<one letter of key><anything>`, in this order. The label is the payload.
pub(crate) async fn enqueue(publisher: &Publisher, labels: &[&str]) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for label in labels {
        let (key, _) = label.split_at(1);
        deliveries.push(publisher.enqueue(Record::new(key, *label)).await.unwrap());
    }
    deliveries
}

pub(crate) async fn acks(deliveries: Vec<Delivery>) -> Vec<Ack> {
    let mut acks = Vec::new();
    for delivery in deliveries {
        acks.push(delivery.await.unwrap());
    }
    acks
}

/// Without what came before.
pub(crate) fn first_occurrences(mut labels: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    labels.retain(|label| seen.insert(label.clone()));
    labels
}
