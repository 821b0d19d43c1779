//! A stream of one shard, and a consumer function that processes what is in it.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{Record, ShardIteratorType};
use kinetrace::history::{Event, Process};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use tokio::sync::mpsc::unbounded_channel;

pub(crate) const STREAM: &str = "flights";

/// A stream with nobody at its end yet.
pub(crate) struct Flights {
    kinesis: Kinesis,
    client: Client,
    shard: String,
}

impl Flights {
    pub(crate) async fn create() -> Self {
        let kinesis = Kinesis::start().await.unwrap();
        let client = kinesis.client();
        let [shard] = &create_stream(&client, STREAM, 1).await.unwrap()[..] else { panic!("not one shard") };
        Self { shard: shard.shard.clone(), kinesis, client }
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.kinesis.endpoint()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn put(&self, partition_key: &str, data: &[u8]) {
        let request = self.client.put_record().stream_name(STREAM).partition_key(partition_key);
        request.data(Blob::new(data)).send().await.unwrap();
    }

    /// What is in the stream.
    pub(crate) async fn records(&self) -> Vec<Record> {
        let request = self.client.get_shard_iterator().stream_name(STREAM).shard_id(&self.shard);
        let iterator = request.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
        let request = self.client.get_records().shard_iterator(iterator.shard_iterator().unwrap());
        request.send().await.unwrap().records
    }

    /// What a consumer function logs of it all.
    pub(crate) async fn consume(&self) -> Vec<Process> {
        let mut configuration = Configuration::new("consumer", env!("CARGO_BIN_EXE_kinetrace"));
        configuration.args = ["bootstrap", "benchmark", "--seed", "7"].map(str::to_owned).to_vec();
        let nowhere =
            ["OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"].map(|name| (name.to_owned(), "none".to_owned()));
        configuration.env = nowhere.to_vec();
        configuration.env.push(("KINETRACE_RECORD_LOG".to_owned(), "all".to_owned()));
        let (sender, mut logs) = unbounded_channel();
        let function = Function::new(configuration, sender);
        let stream = Stream { name: STREAM.to_owned(), arn: format!("arn:aws:kinesis:us-east-1:0:stream/{STREAM}") };
        let settings = Settings { report_batch_item_failures: true, ..Settings::default() };
        let invoker = Arc::new(function.clone());
        let mapping = EventSourceMapping::start(self.client.clone(), stream, settings, invoker).unwrap();

        let records = self.records().await;
        let numbers = records.iter().map(|record| (self.shard.clone(), record.sequence_number().into()));
        mapping.drain(numbers).await.unwrap();
        assert_eq!(mapping.stop().await.discards, []);
        function.shutdown().await;
        drop(function);

        let mut processed = Vec::new();
        while let Some(log) = logs.recv().await {
            let Ok(Event::Process(process)) = serde_json::from_str(&log.line) else { panic!("{log:?}") };
            processed.push(process);
        }
        processed
    }
}
