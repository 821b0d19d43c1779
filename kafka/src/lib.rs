//! Traces the Kafka client that you have: a span for each record until its delivery, its context in the record's headers.
//!
//! Key, payload, partition, timestamp, all other headers, and the order in which records are sent stay as they are. Nothing is
//! on by default: each feature brings a client.
//!
//! | feature | what it traces |
//! |---|---|
//! | `rdkafka` | `Traced` around a `FutureProducer`, `BaseProducer` or `ThreadedProducer`; [`Propagation::process_span`] for records that come from any of its consumers; `check_order`, which says what in a configuration breaks the order of records |
//! | `group` | `GroupConsumer`: handlers of `kinetrace_consumer` on the partitions of a consumer group, by rdkafka |
//! | `krafka` | [`Propagation`] as a producer's interceptor |
//!
//! ```
//! # #[cfg(feature = "rdkafka")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use kinetrace_kafka::{Traced, check_order};
//! use rdkafka::ClientConfig;
//! use rdkafka::producer::{FutureProducer, FutureRecord};
//! use rdkafka::util::Timeout;
//!
//! let mut config = ClientConfig::new();
//! config.set("bootstrap.servers", "kafka:9092");
//! config.set("enable.idempotence", "true").set("partitioner", "murmur2_random");
//! check_order(&config)?;
//!
//! let producer: FutureProducer = config.create()?;
//! let producer = Traced::new(producer); // this line
//! let record = FutureRecord::to("flights").key("N14228").payload("{}");
//! producer.send(record, Timeout::Never).await.map_err(|(error, _)| error)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Telemetry never fails a send
//!
//! A sampler, a span processor, an instrument or a propagator that panics costs spans, measurements or the context, never the
//! record. A record that has no room for a context goes without, unless a limit below 1,000,000 bytes holds and
//! [`max_message_bytes`](Propagation::max_message_bytes) was not told.

// In the order of the data: what was chosen, what is said of a record, and the clients that send it.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Parts that no chosen feature asks for are still compiled where that is simpler.
#![cfg_attr(not(any(feature = "rdkafka", feature = "krafka")), allow(dead_code, unused_imports))]

mod metrics;
mod propagation;

#[cfg(any(feature = "rdkafka", feature = "krafka"))]
mod failure;
#[cfg(any(feature = "rdkafka", feature = "krafka"))]
mod outgoing;
#[cfg(any(feature = "rdkafka", feature = "krafka"))]
mod send_span;

#[cfg(feature = "group")]
mod group;
#[cfg(feature = "krafka")]
mod krafka;
// The name is that of the client, which is re-exported.
#[cfg(feature = "rdkafka")]
#[path = "rdkafka/mod.rs"]
mod traced_rdkafka;

pub use kinetrace::InjectionCounts;
pub use propagation::Propagation;

/// The client, of the release whose types are in this crate's signatures.
#[cfg(feature = "rdkafka")]
#[cfg_attr(docsrs, doc(cfg(feature = "rdkafka")))]
pub use ::rdkafka;
#[cfg(feature = "group")]
#[cfg_attr(docsrs, doc(cfg(feature = "group")))]
pub use group::{GroupConsumer, GroupError};
#[cfg(feature = "rdkafka")]
#[cfg_attr(docsrs, doc(cfg(feature = "rdkafka")))]
pub use traced_rdkafka::{
    DeliveryFuture, OrderError, OrderWarning, ProcessSpan, Traceable, Traced, TracedContext, TracedOpaque, check_order,
};

/// What its README has is compiled, and run, like the examples here.
#[cfg(all(doctest, feature = "rdkafka", feature = "krafka"))]
#[doc = include_str!("../README.md")]
struct Readme;
