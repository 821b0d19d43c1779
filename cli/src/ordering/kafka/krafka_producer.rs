//! krafka's producer.

use std::sync::Arc;

use krafka::Kafka;
use krafka::producer::{self, DeliveryConfirmation, Record, RecordMetadata};

use super::client::{ATTEMPT_TIMEOUT, BACKOFF, BATCH_BYTES, DELIVERY_TIMEOUT, METADATA_MAX_AGE};
use super::client::{Delivery, Pending, Placed, Settings};
use super::created::Outgoing;
use crate::outcome::Failure;

pub(super) struct Producer {
    producer: producer::Producer,
    topic: Arc<str>,
}

impl Producer {
    pub(super) async fn open(settings: Settings<'_>) -> Result<Self, Failure> {
        let mut builder = Kafka::builder(settings.bootstrap_servers).metadata_max_age(METADATA_MAX_AGE);
        if settings.is_faulty {
            builder = builder.request_timeout(ATTEMPT_TIMEOUT).connect_timeout(ATTEMPT_TIMEOUT);
        }
        let kafka = builder.connect().await?;
        let builder = kafka.producer().batch_size(BATCH_BYTES).delivery_timeout(DELIVERY_TIMEOUT);
        let producer = builder.retry_backoff(BACKOFF[0]).build().await?;
        Ok(Self { producer, topic: settings.topic.into() })
    }

    pub(super) async fn hand_over(&self, record: Outgoing) -> Pending {
        let mut outgoing = Record::new(&*self.topic, record.value).key(record.key);
        for (name, value) in record.headers.iter() {
            outgoing = match value {
                Some(value) => outgoing.header(name, value.clone()),
                None => outgoing.null_header(name),
            };
        }
        match self.producer.enqueue(outgoing).await {
            Ok(handle) => Box::pin(async { settled(handle.await) }),
            Err(error) => Box::pin(std::future::ready(Err(error.to_string()))),
        }
    }
}

fn settled(result: krafka::Result<RecordMetadata>) -> Delivery {
    let metadata = result.map_err(|error| error.to_string())?;
    let is_told = metadata.delivery == DeliveryConfirmation::Offset;
    Ok(Placed { partition: metadata.partition, offset: is_told.then_some(metadata.offset) })
}
