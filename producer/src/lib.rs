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
//! A [`DeliveryError`] reports a record that cannot be published; the first of a process also by a `tracing` event of level
//! `WARN` with the target `kinetrace`. What happens to later records of its key is the [`FailurePolicy`]'s choice.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `history` | `ProduceStart`: the line about a record, by which `kinetrace verify` judges order |

#![cfg_attr(docsrs, feature(doc_cfg))]

// The files follow the data:
//
// * `publisher`: takes records, gives each its number among those of its key, its span and its context; `builder`: its settings.
// * `propagation`: the interceptor, for clients that are not publishers: each record gets a span and its context.
// * `trace_settings`, `create_span`, `send_span`: how, where both do it alike; `failure`: why a span ends with an error.
// * `metrics`: what the publisher counts.
// * `limits`: what Kinesis takes at most.
//
// What the publisher does with a record from its request to its caller's ears, a file for each step:
//
// 1. `outbox/queue`: which records may go now; one unacknowledged record per key. Pure, as all of `outbox`.
// 2. `publisher/worker`: takes what may go, and has each request sent.
// 3. `put`: one `PutRecords` call, with `departure` (whether it left this machine) and `answer_limit` (how much of the
//    answer is read).
// 4. `attempt`: what that did to each record: stored, refused, denied, unsent, unknown, invalid. Pure.
// 5. `outbox/settle`: what goes again, and what is settled: it arrived, or is given up, with those that may not pass it.
// 6. `publisher/tell`: metrics, the line about the first loss, and then each caller.
// 7. `publisher/pending`: the record's span and metrics end, and its caller's channel gets
// 8. `delivery` or `send_error`: what the caller learns.
// 9. `record_log`: what CloudWatch, and the checker, are told. A feature, `history`.

mod answer_limit;
mod attempt;
mod builder;
mod create_span;
mod delivery;
mod departure;
mod failure;
#[doc(hidden)]
pub mod limits;
mod metrics;
mod outbox;
mod propagation;
mod publisher;
mod put;
#[cfg(feature = "history")]
mod record_log;
mod send_error;
mod send_span;
mod trace_settings;

pub use builder::PublisherBuilder;
pub use delivery::{Ack, Delivery};
pub use kinetrace::{Carrier, InjectionCounts, JsonText, JsonTextError, Record, RecordData};
pub use outbox::FailurePolicy;
pub use propagation::Propagation;
pub use publisher::{AutoDistribution, Batch, FlushError, Publisher};
#[cfg(feature = "history")]
pub use record_log::ProduceStart;
pub use send_error::{DeliveryError, SendError};

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
