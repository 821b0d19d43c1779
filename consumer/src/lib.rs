//! A traced, order-keeping consumer of Amazon Kinesis for AWS Lambda.
//!
//! ```no_run
//! use kinetrace_consumer::{Failure, Json, Record};
//!
//! #[derive(serde::Deserialize)]
//! struct Flight {
//!     tailnum: String,
//! }
//!
//! async fn handle(Json(flight): Json<Flight>, record: Record) -> Result<(), Failure> {
//!     println!("{} departed: {}", flight.tailnum, record.sequence_number);
//!     Ok(())
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), kinetrace_consumer::Error> {
//!     kinetrace_consumer::run(handle).await
//! }
//! ```
//!
//! A handler is a function whose arguments say what they want of the record ([`IntoHandler`]), or a type of one's own
//! ([`Handler`]). A function that has a `lambda_runtime` service already keeps it, and is traced by a layer around it
//! ([`TraceLayer`]).
//!
//! The files follow the data:
//!
//! * [`run()`]: the entry point; `builder`, `chosen`, `environment`: what a program chooses, and its variables.
//! * `set_up`: what belongs to the whole process; `invocation_layer`: what goes around each invocation.
//! * `log_settings`, `log_format`, `request_id`: which log lines there are, and that they name their span and invocation.
//! * [`configuration`]: what can be chosen.
//! * [`kinesis`]: the event, the records and the answer of Amazon Kinesis.
//! * [`record`]: what the business code gets.
//! * [`handler`], `failure`: the business code, and how it fails; `function`: functions as handlers.
//! * `json_rejection`: why a payload is not of a type, without a word of it.
//! * [`from_record`], [`json`], [`state`], [`trace_context`]: what its arguments are taken from.
//! * [`dead_letters`]: a handler around it, which keeps what is skipped.
//! * [`deduplicate`]: a handler around it, which skips what was processed before.
//! * [`consumer`]: one invocation: its span, its messages, its answer.
//! * `batch`, `schedule`: which messages are processed, in which order, and where Lambda is to start again.
//! * `process`, `call_failure`: one message; the span around the business code.
//! * `metrics`: what is measured of each message.
//! * `call`: what the consumer and a handler tell each other besides.
//! * [`record_log`], `record_log_filter`, `record_line`: what CloudWatch, and the checker, are told.
//! * [`trace_layer`]: all of this that a service of one's own can have.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod run;
pub use run::{Error, run};

mod builder;
pub use builder::ConsumerBuilder;

mod chosen;
mod environment;

mod invocation_layer;
pub use invocation_layer::InvocationLayer;

mod set_up;
pub use set_up::log_layer;

mod log_format;
mod log_settings;
mod request_id;

pub mod configuration;
pub use configuration::{Configuration, RelationPolicy};

pub mod kinesis;
pub use kinesis::batch_error::BatchError;
pub use kinesis::batch_response::BatchResponse;
pub use kinesis::event::KinesisEvent;
pub use kinesis::item_ids::ItemIds;
pub use kinesis::log_events::{LogEvent, LogEvents};
pub use kinesis::window_state::WindowState;

pub mod record;
pub use record::Record;

mod failure;

pub mod handler;
pub use handler::{Failure, Handler, IntoHandler};

pub mod function;

pub mod from_record;
pub use from_record::FromRecord;

mod json_rejection;

pub mod json;
pub use json::Json;

pub mod state;
pub use state::State;

pub mod trace_context;
pub use trace_context::TraceContext;

pub mod dead_letters;
pub use dead_letters::{DeadLetter, DeadLetterQueue, DeadLetters};

pub mod deduplicate;
#[cfg(feature = "dynamodb")]
pub use deduplicate::DynamoDb;
pub use deduplicate::{Deduplicate, Progress, ProgressStore, Recent};

mod batch;
mod call;
mod call_failure;
mod message;
mod metrics;
mod process;
mod schedule;
mod transport;

pub mod consumer;
pub use consumer::Consumer;
pub use kinetrace::Reader;

mod record_line;
mod record_log_filter;

pub mod record_log;
pub use record_log::RecordLog;

pub mod trace_layer;
pub use trace_layer::TraceLayer;

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
