//! Trace context for what goes into Amazon Kinesis: by an ordered publisher, or by an interceptor for any client.
//!
//! ```no_run
//! use kinetrace_producer::{Publisher, Record};
//!
//! # async fn example(client: aws_sdk_kinesis::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let publisher = Publisher::builder(client, "flights").build();
//! let ack = publisher.send(Record::new("N14228", r#"{"tailnum":"N14228"}"#)).await?;
//! println!("{} {}", ack.shard_id, ack.sequence_number);
//! # Ok(())
//! # }
//! ```
//!
//! ```no_run
//! use kinetrace_producer::{Carrier, Propagation};
//!
//! # fn example(sdk_config: &aws_config::SdkConfig) {
//! let config = aws_sdk_kinesis::config::Builder::from(sdk_config)
//!     .interceptor(Propagation::new(Carrier::Envelope))
//!     .build();
//! # }
//! ```
//!
//! The files follow the data:
//!
//! * [`publisher`]: takes records, gives each its place in its group, its span and its context.
//! * [`propagation`]: the interceptor, for clients that are no publishers: each record gets a span and its context.
//! * `trace_settings`, `create_span`, `send_span`: how, where both do it alike.
//! * `metrics`: what the publisher counts.
//! * `limits`: what Kinesis takes at most.
//! * `outbox`: which records may go now, and what an answer does to the others; one unacknowledged record per group. Pure.
//! * `put`: one `PutRecords` call and what it says of each record.
//! * `answer_limit`: how much of an answer is read.
//! * `departure`: whether it left this machine at all.
//! * `attempt`: what that means: arrived, later, unknown, alone.
//! * [`delivery`]: what the caller learns; `untold`: who waits for it to.
//! * `record_log`: what CloudWatch, and the checker, are told. A feature, `history`.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod publisher;
pub use kinetrace::{Carrier, Record};
pub use publisher::{AutoDistribution, Builder, GiveUp, Publisher};

pub mod propagation;
pub use propagation::Propagation;

mod create_span;
mod failure;
mod metrics;
mod send_span;
mod trace_settings;

mod answer_limit;
mod attempt;
mod backoff;
mod departure;
#[doc(hidden)]
pub mod limits;
mod outbox;
mod put;
mod untold;

pub mod delivery;
pub use delivery::{Ack, Delivery, Reason, SendError};

#[cfg(feature = "history")]
pub mod record_log;
