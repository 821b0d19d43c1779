//! rdkafka's producer, which is librdkafka's.

use std::time::Duration;

use kinetrace::kafka::Headers;
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};

use super::client::{ATTEMPT_TIMEOUT, BACKOFF, BATCH_BYTES, DELIVERY_TIMEOUT, METADATA_MAX_AGE};
use super::client::{Pending, Placed, Settings};
use super::created::Outgoing;
use super::publisher::Publisher;
use crate::outcome::Failure;

/// While the client's queue is full, it is asked again so often.
const QUEUE_FULL: Duration = Duration::from_millis(5);

pub(super) struct Producer {
    producer: FutureProducer,
    topic: String,
}

impl Producer {
    pub(super) fn open(settings: Settings<'_>) -> Result<Self, Failure> {
        let millis = |time: Duration| time.as_millis().to_string();
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", settings.bootstrap_servers)
            .set("batch.size", BATCH_BYTES.to_string())
            .set("message.timeout.ms", millis(DELIVERY_TIMEOUT))
            .set("retry.backoff.ms", millis(BACKOFF[0]))
            .set("retry.backoff.max.ms", millis(BACKOFF[1]))
            .set("reconnect.backoff.ms", millis(BACKOFF[0]))
            .set("reconnect.backoff.max.ms", millis(BACKOFF[1]))
            .set("topic.metadata.refresh.interval.ms", millis(METADATA_MAX_AGE));
        if settings.is_faulty {
            config.set("socket.timeout.ms", millis(ATTEMPT_TIMEOUT)).set("request.timeout.ms", millis(ATTEMPT_TIMEOUT));
        }
        for (name, value) in on_order(settings.publisher) {
            config.set(*name, *value);
        }
        Ok(Self { producer: config.create()?, topic: settings.topic.to_owned() })
    }

    pub(super) async fn hand_over(&self, record: Outgoing) -> Pending {
        loop {
            let outgoing = FutureRecord::to(&self.topic).key(&record.key[..]).payload(&record.value[..]);
            // Queued at the call: `send` would queue at the first poll, and so in any order.
            match self.producer.send_result(outgoing.headers(owned(&record.headers))) {
                Ok(delivery) => {
                    return Box::pin(async {
                        let delivered = delivery.await.map_err(|_| "the client was closed".to_owned())?;
                        let delivered = delivered.map_err(|(error, _)| error.to_string())?;
                        Ok(Placed { partition: delivered.partition, offset: Some(delivered.offset) })
                    });
                }
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                    tokio::time::sleep(QUEUE_FULL).await;
                }
                Err((error, _)) => return Box::pin(std::future::ready(Err(error.to_string()))),
            }
        }
    }
}

/// What bears on order, and is not as it comes.
fn on_order(publisher: Publisher) -> &'static [(&'static str, &'static str)] {
    match publisher {
        Publisher::Krafka | Publisher::Rdkafka => &[],
        Publisher::RdkafkaOneInFlight => &[("max.in.flight.requests.per.connection", "1")],
        Publisher::RdkafkaIdempotent => &[("enable.idempotence", "true"), ("partitioner", "murmur2_random")],
    }
}

fn owned(headers: &Headers) -> OwnedHeaders {
    let all = OwnedHeaders::new_with_capacity(headers.len());
    headers.iter().fold(all, |all, (key, value)| all.insert(Header { key, value: value.map(|value| &value[..]) }))
}
