//! Ordered publishing to Amazon Kinesis with trace context.
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
//! The files follow the data:
//!
//! * [`function`]: the Lambda function `producer`: HTTP or direct invocation in, one result per event out.
//! * [`events`]: business events in a text, and the group of each.
//! * [`publisher`]: takes records, gives each its place in its group, its span and its context.
//! * `trace_settings`, `create_span`, `send_span`: how, where both do it alike.
//! * `outbox`: which records may go now; one unacknowledged record per group. Pure.
//! * `put`: one `PutRecords` call and what it says of each record.
//! * `attempt`: what that means: arrived, later, unknown, alone, never.
//! * [`delivery`]: what the caller learns.
//! * [`record_log`]: what CloudWatch, and the checker, are told.

pub mod publisher;
pub use kinetrace::{Carrier, Record};
pub use publisher::{Builder, Publisher};

mod trace_settings;

mod create_span;
mod failure;
mod send_span;

mod attempt;
mod backoff;
mod outbox;
mod put;

pub mod delivery;
pub use delivery::{Ack, Delivery, Reason, SendError};

pub mod record_log;

pub mod events;

pub mod function;
