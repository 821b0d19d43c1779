//! Apache Kafka, embedded: an in-process broker that real clients reach over TCP, and topics of this or of any other broker.
//!
//! ```text
//! client ─▶ Produce ─▶ faults ─▶ broker ─▶ partition logs ─▶ log
//!             call number ─▶ plan (pure) ─▶ fault
//! ```
//!
//! Only [`broker`](Broker) names the emulator, which is `krafka`'s; [`topic`](Topic) and `log` speak to any broker.

mod broker;
pub mod faults;
mod log;
mod source;
mod topic;

pub use broker::Broker;
pub use log::{Log, Logged};
pub use source::TopicSource;
pub use topic::{KafkaError, Topic};
