//! A broker in this process, and what it has.

use std::time::Duration;

use rdkafka::config::{ClientConfig, FromClientConfig};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, OwnedHeaders, OwnedMessage};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::{Message as _, Offset, TopicPartitionList};

pub(crate) const TOPIC: &str = "flights";

pub(crate) struct Broker(pub(crate) MockCluster<'static, DefaultProducerContext>);

impl Broker {
    pub(crate) fn start() -> Self {
        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic(TOPIC, 2, 1).unwrap();
        Self(cluster)
    }

    /// A producer as users configure it.
    pub(crate) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.0.bootstrap_servers()).set("partitioner", "murmur2_random");
        config
    }

    pub(crate) fn producer<P: FromClientConfig>(&self) -> P {
        self.config().create().unwrap()
    }

    /// The first so many records of a partition.
    pub(crate) fn records(&self, partition: i32, count: usize) -> Vec<OwnedMessage> {
        let consumer: BaseConsumer = self.config().set("group.id", "test").create().unwrap();
        let mut assignment = TopicPartitionList::new();
        assignment.add_partition_offset(TOPIC, partition, Offset::Beginning).unwrap();
        consumer.assign(&assignment).unwrap();
        let next = || consumer.poll(Duration::from_secs(30)).expect("no record within half a minute").unwrap().detach();
        (0..count).map(|_| next()).collect()
    }
}

pub(crate) type Header = (String, Option<Vec<u8>>);

pub(crate) fn headers(message: &OwnedMessage) -> Vec<Header> {
    message.headers().map(list).unwrap_or_default()
}

pub(crate) fn list(headers: &OwnedHeaders) -> Vec<Header> {
    headers.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
}

/// Without those of W3C's trace context.
pub(crate) fn others(headers: Vec<Header>) -> Vec<Header> {
    headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("traceparent")).collect()
}

pub(crate) fn traceparent(message: &OwnedMessage) -> Option<String> {
    let mut values = headers(message).into_iter().filter(|(name, _)| name == "traceparent").map(|(_, value)| value);
    let value = values.next()?;
    assert_eq!(values.next(), None, "there is one of each name");
    String::from_utf8(value?).ok()
}
