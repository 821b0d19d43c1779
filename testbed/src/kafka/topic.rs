//! A topic, of the embedded broker or of any other.

use std::time::Duration;

use krafka::admin::{AdminClient, CreatePartitionsOptions, CreateTopicsOptions, DeleteTopicsOptions, NewTopic};
use krafka::consumer::{AutoOffsetReset, Consumer, IsolationLevel};
use krafka::{Kafka, KrafkaError};

/// How long a broker may take to answer, and to make the leader of a partition known.
const PATIENCE: Duration = Duration::from_secs(20);

/// Partitions that are added are seen so soon. The client's own default is minutes.
const METADATA_MAX_AGE: Duration = Duration::from_millis(100);

/// A broker that has nothing new says so after this time.
const FETCH_WAIT: Duration = Duration::from_millis(50);

/// Between two looks whether the partitions have leaders.
const LOOK: Duration = Duration::from_millis(50);

/// A broker does not do what it is asked to.
#[derive(Debug, thiserror::Error)]
pub enum KafkaError {
    /// Nobody answers there.
    #[error("no Kafka broker answers at `{bootstrap_servers}`: check the address, which is host:port without a scheme")]
    Unreachable {
        /// The address.
        bootstrap_servers: String,
        /// Why.
        #[source]
        source: KrafkaError,
    },
    /// It refused, or did not answer.
    #[error(
        "Kafka did not {action} topic `{topic}`: check the permissions, and whether another program uses that topic"
    )]
    Refused {
        /// What was asked for.
        action: &'static str,
        /// The topic's name.
        topic: String,
        /// The client's error.
        #[source]
        source: KrafkaError,
    },
    /// The partitions do not come up.
    #[error(
        "topic `{topic}` has {ready} of {expected} partitions with a leader after {PATIENCE:?}: look at the brokers' log"
    )]
    NotReady {
        /// The topic's name.
        topic: String,
        /// Partitions that have a leader.
        ready: usize,
        /// Partitions that should have one.
        expected: usize,
    },
}

/// A topic that exists until it is deleted.
#[derive(Debug, Clone)]
pub struct Topic {
    kafka: Kafka,
    name: String,
}

impl Topic {
    /// Creates a topic without replicas at these brokers, and waits until each partition has a leader.
    ///
    /// # Errors
    /// Nobody answers, the topic exists, or it may not be created.
    pub async fn create(bootstrap_servers: &str, name: &str, partitions: i32) -> Result<Self, KafkaError> {
        let unreachable = |source| KafkaError::Unreachable { bootstrap_servers: bootstrap_servers.to_owned(), source };
        let builder = Kafka::builder(bootstrap_servers).client_id("kinetrace").metadata_max_age(METADATA_MAX_AGE);
        let connecting = builder.connect();
        let kafka = match tokio::time::timeout(PATIENCE, connecting).await {
            Ok(connected) => connected.map_err(unreachable)?,
            Err(_) => return Err(unreachable(KrafkaError::timeout("connect"))),
        };
        let topic = Self { kafka, name: name.to_owned() };
        let refused = |source| topic.refused("create", source);
        let new = NewTopic::new(name, partitions, 1).map_err(refused)?;
        let mut created = topic.admin().create_topics([new], CreateTopicsOptions::default()).await.map_err(refused)?;
        created.remove(name).unwrap_or(Ok(())).map_err(refused)?;
        topic.wait_for(partitions).await?;
        Ok(topic)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds partitions until there are so many, as an operator does who wants more consumers. Kafka moves no record: from
    /// then on new records of a key may go to another partition than its old ones, without anything that says so.
    ///
    /// # Errors
    /// It has as many already, or they may not be added.
    pub async fn grow(&self, partitions: i32) -> Result<(), KafkaError> {
        let refused = |source| self.refused("add partitions to", source);
        let totals = [(self.name.as_str(), partitions)];
        let options = CreatePartitionsOptions::default();
        let mut grown = self.admin().create_partitions(totals, options).await.map_err(refused)?;
        grown.remove(&self.name).unwrap_or(Ok(())).map_err(refused)?;
        self.wait_for(partitions).await
    }

    /// Deletes it with all its records.
    ///
    /// # Errors
    /// It may not be deleted.
    pub async fn delete(self) -> Result<(), KafkaError> {
        let refused = |source| self.refused("delete", source);
        let options = DeleteTopicsOptions::default();
        let mut deleted = self.admin().delete_topics([self.name.as_str()], options).await.map_err(refused)?;
        deleted.remove(&self.name).unwrap_or(Ok(())).map_err(refused)
    }

    /// How many of its partitions have a leader.
    pub(super) async fn leaders(&self) -> Result<usize, KafkaError> {
        let refused = |source| self.refused("describe", source);
        let reader = self.kafka.consumer_without_group().build().await.map_err(refused)?;
        let found = reader.fetch_metadata(Some(&self.name)).await.map_err(refused)?;
        let partitions = found.topics.iter().flat_map(|topic| topic.partitions_iter());
        Ok(partitions.filter(|partition| partition.leader >= 0).count())
    }

    pub(super) async fn wait_for(&self, partitions: i32) -> Result<(), KafkaError> {
        let expected = usize::try_from(partitions).unwrap_or_default();
        let give_up = tokio::time::Instant::now() + PATIENCE;
        loop {
            let ready = self.leaders().await?;
            if ready == expected {
                return Ok(());
            }
            if tokio::time::Instant::now() >= give_up {
                return Err(KafkaError::NotReady { topic: self.name.clone(), ready, expected });
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Reads these partitions, from 0, from the beginning, without a consumer group.
    pub(super) async fn consumer(&self, partitions: Vec<i32>) -> Result<Consumer, KafkaError> {
        let refused = |source| self.refused("read", source);
        let builder = self.kafka.consumer_without_group().auto_offset_reset(AutoOffsetReset::Earliest);
        // Records of transactions that were aborted are not in the log, as far as readers are concerned.
        let builder = builder.isolation_level(IsolationLevel::ReadCommitted).fetch_max_wait(FETCH_WAIT);
        let consumer = builder.build().await.map_err(refused)?;
        consumer.assign(&self.name, partitions).await.map_err(refused)?;
        Ok(consumer)
    }

    fn admin(&self) -> AdminClient {
        self.kafka.admin()
    }

    pub(super) fn refused(&self, action: &'static str, source: KrafkaError) -> KafkaError {
        KafkaError::Refused { action, topic: self.name.clone(), source }
    }
}
