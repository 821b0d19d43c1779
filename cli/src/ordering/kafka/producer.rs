//! One of the clients, at work.

use super::client::{Pending, Settings};
use super::created::Outgoing;
use super::krafka_producer;
use super::publisher::Publisher;
#[cfg(feature = "rdkafka")]
use super::rdkafka_producer;
use crate::outcome::Failure;

/// A client.
pub(super) enum Producer {
    Krafka(Box<krafka_producer::Producer>),
    #[cfg(feature = "rdkafka")]
    Rdkafka(Box<rdkafka_producer::Producer>),
}

impl Producer {
    pub(super) async fn open(settings: Settings<'_>) -> Result<Self, Failure> {
        match settings.publisher {
            Publisher::Krafka => Ok(Self::Krafka(Box::new(krafka_producer::Producer::open(settings).await?))),
            #[cfg(feature = "rdkafka")]
            _ => Ok(Self::Rdkafka(Box::new(rdkafka_producer::Producer::open(settings)?))),
            #[cfg(not(feature = "rdkafka"))]
            other => Err(other.check().err().unwrap_or_default().into()),
        }
    }

    /// Hands a record over. The client gets records in the order of these calls.
    pub(super) async fn hand_over(&self, record: Outgoing) -> Pending {
        match self {
            Self::Krafka(producer) => producer.hand_over(record).await,
            #[cfg(feature = "rdkafka")]
            Self::Rdkafka(producer) => producer.hand_over(record).await,
        }
    }
}
