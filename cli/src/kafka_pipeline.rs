//! What is deployed for a run over Kafka: the mapping of a topic, and the consumer function.

use std::path::PathBuf;
use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::kafka::{self, Cluster, EventSourceMapping, Mode, Provisioned};
use kinetrace_testbed::event_source_mapping::kafka::{Report, Settings};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kafka::{Topic, TopicSource};
use tokio::sync::mpsc::UnboundedSender;

use crate::outcome::Failure;
use crate::pipeline::deploy_consumer;

/// What to deploy.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) topic: &'a Topic,
    /// As the events name them.
    pub(crate) bootstrap_servers: &'a str,
    /// The most that the topic will have.
    pub(crate) partitions: u16,
    pub(crate) collector: &'a Collector,
    /// The consumer's executable and its arguments.
    pub(crate) consumer: (PathBuf, Vec<String>),
    pub(crate) batch_size: u16,
    pub(crate) seed: u64,
}

/// A deployed pipeline. It reads its topic from the start, and partitions that are added as well.
pub(crate) struct Pipeline {
    topic: Topic,
    mapping: EventSourceMapping,
    function: Function,
}

impl Pipeline {
    /// The function's lines go to `lines`, whose receiver sees its end once the pipeline is taken down.
    pub(crate) fn deploy(plan: Plan<'_>, lines: UnboundedSender<LogLine>) -> Result<Self, Failure> {
        let settings = settings(&plan);
        let function = deploy_consumer(plan.collector, plan.consumer, plan.partitions.into(), lines);
        let source = Arc::new(TopicSource::new(plan.topic.clone()));
        let mapping = kafka::start(source, settings, Arc::new(function.clone()))?;
        Ok(Self { topic: plan.topic.clone(), mapping, function })
    }

    /// Waits until these records, by partition and offset, are processed or discarded.
    pub(crate) async fn drain(&self, records: Vec<(String, SequenceNumber)>) -> Result<(), Failure> {
        Ok(self.mapping.drain(records).await?)
    }

    /// Waits until all is processed or discarded that is in these partitions now.
    pub(crate) async fn drain_all(&self, partitions: i32) -> Result<(), Failure> {
        let log = self.topic.read(partitions).await?;
        let mut last = Vec::new();
        for partition in 0..partitions {
            let end = log.end(partition).await?;
            last.extend((end > 0).then(|| (partition.to_string(), (end - 1).to_string().into())));
        }
        self.drain(last).await
    }

    /// Ends the function, whose spans are then all on their way. The topic stays.
    pub(crate) async fn take_down(self) -> Report {
        let report = self.mapping.stop().await;
        self.function.shutdown().await;
        report
    }
}

/// Provisioned pollers that fail a whole batch, as the consumer's answer is by default; and fewer attempts than a deployed
/// mapping has: a consumer that cannot start is tried this often with every record.
fn settings(plan: &Plan<'_>) -> Settings {
    let provisioned = Provisioned { maximum_retry_attempts: Some(3), ..Provisioned::default() };
    Settings {
        cluster: Cluster::SelfManaged { bootstrap_servers: plan.bootstrap_servers.to_owned() },
        batch_size: plan.batch_size.into(),
        pollers: plan.partitions.into(),
        mode: Mode::Provisioned(provisioned),
        seed: plan.seed,
        ..Settings::default()
    }
}
