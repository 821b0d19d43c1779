//! The publishers of the comparison on Kafka: clients, and what of them is set in ways that bear on order.

use clap::ValueEnum;

/// Who publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Publisher {
    /// krafka, as it comes: idempotent, and with Java's partitioner.
    Krafka,
    /// rdkafka, as it comes: not idempotent, any number of requests in flight, and a partitioner of its own.
    Rdkafka,
    /// The same with `max.in.flight.requests.per.connection=1`, which is often advised.
    RdkafkaOneInFlight,
    /// rdkafka with `enable.idempotence=true` and `partitioner=murmur2_random`, which is Java's.
    RdkafkaIdempotent,
}

impl Publisher {
    pub(super) fn name(self) -> &'static str {
        match self {
            Publisher::Krafka => "krafka",
            Publisher::Rdkafka => "rdkafka",
            Publisher::RdkafkaOneInFlight => "rdkafka-one-in-flight",
            Publisher::RdkafkaIdempotent => "rdkafka-idempotent",
        }
    }

    /// Whether the broker sees to it that each record is written once, and in order.
    pub(super) fn is_idempotent(self) -> bool {
        matches!(self, Publisher::Krafka | Publisher::RdkafkaIdempotent)
    }

    /// All that are built in.
    pub(super) fn built_in() -> Vec<Self> {
        Self::value_variants().iter().copied().filter(|publisher| publisher.check().is_ok()).collect()
    }

    /// Refuses one that is not built in.
    pub(super) fn check(self) -> Result<Self, String> {
        if cfg!(feature = "rdkafka") || self == Publisher::Krafka {
            return Ok(self);
        }
        let name = self.name();
        Err(format!(
            "--publisher {name}: this program was built without librdkafka; build it with `cargo run --release --features \
             rdkafka -- ordering --transport kafka --publisher {name}`, which wants make, a C and a C++ compiler"
        ))
    }
}
