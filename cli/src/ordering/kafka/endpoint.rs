//! The Kafka to run against.

use kinetrace_testbed::kafka::faults::Faults;
use kinetrace_testbed::kafka::{Broker, KafkaError, Topic};

use crate::ordering::arguments::Arguments;
use crate::outcome::Failure;

/// A Kafka for one run.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) bootstrap_servers: String,
    pub(super) faults: Option<Faults>,
    /// The embedded one, if it is.
    broker: Option<Broker>,
}

impl Opened {
    /// A fresh one if it is embedded, so that the faults of a run do not depend on the runs before it.
    pub(super) async fn open(arguments: &Arguments) -> Result<Self, Failure> {
        let level = arguments.faults.level();
        if let Some(servers) = &arguments.bootstrap_servers {
            if level.is_some() {
                let level = arguments.faults.name(false);
                let why = "faults are done to requests before the embedded broker, so leave out one of the two";
                return Err(format!("--bootstrap-servers {servers} with --faults {level}: {why}").into());
            }
            return Ok(Self { bootstrap_servers: servers.clone(), faults: None, broker: None });
        }
        let faults = level.map(|level| Faults::seeded(arguments.seed, level));
        let broker = match faults.clone() {
            Some(faults) => Broker::start_behind(faults).await?,
            None => Broker::start().await?,
        };
        Ok(Self { bootstrap_servers: broker.bootstrap_servers(), faults, broker: Some(broker) })
    }

    pub(super) async fn grow(&self, topic: &Topic, partitions: i32) -> Result<(), KafkaError> {
        match &self.broker {
            Some(broker) => broker.grow(topic, partitions).await,
            None => topic.grow(partitions).await,
        }
    }
}
