//! A traced, order-keeping consumer of Amazon Kinesis and Apache Kafka for AWS Lambda.
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
//! A handler is a function whose arguments say what they want of the record ([`IntoHandler`]), or a type of your own
//! ([`Handler`]). A service that writes in bulk has a function of a [`Batch`], the records of a shard ([`ByBatch`]). A function
//! that has a `lambda_runtime` service already keeps it, and is traced by a layer around it
//! ([`TraceLayer`](trace_layer::TraceLayer)).
//!
//! # What is there
//!
//! * [`Consumer::builder`]: what [`run()`] does by environment variables, chosen by the program; or a service for layers of its own.
//! * [`Consumer::process`]: the same for records that a program has read by itself, outside of Lambda.
//! * [`BatchFailure`]: how far a batch got, and why not further.
//! * [`Failure`]: how a record fails; it comes again, or it is skipped. [`dead_letters`] keeps what is skipped.
//! * [`deduplicate`]: a handler that skips what was processed before.
//! * [`RecordLog`]: a line for each record, by which `kinetrace verify` judges order.
//! * [`Event`]: what a function is invoked with, of either transport.
//! * [`kafka`]: the event, its records and the answer of Apache Kafka.
//! * [`kinesis`]: those of Amazon Kinesis; [`LogEvents`](kinesis::LogEvents) of CloudWatch Logs as an argument of a handler.
//! * [`trace_layer`]: traces for a `lambda_runtime` service that stays as it is.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `otlp` (on by default) | telemetry as the `OTEL_*` variables describe it, exported over OTLP/HTTP |
//! | `otlp-logs` | log records over OTLP for what is logged by `tracing`, where `OTEL_LOGS_EXPORTER` asks for them |
//! | `dynamodb` | `deduplicate::DynamoDb`: what was processed is remembered in a table of Amazon DynamoDB |
//! | `s3` | `dead_letters::S3`: what is skipped is kept in a bucket of Amazon S3 |
//! | `sqs` | `dead_letters::Sqs`: what is skipped is kept in a queue of Amazon SQS |
//!
//! # What is logged
//!
//! What kinetrace has to say is `tracing` events: about a record that failed or was skipped, with targets that begin with
//! `kinetrace_consumer`; about the process, such as a variable without effect or spans that are lost, of level `WARN` with the
//! target `kinetrace`. [`run()`] writes them, and those of your handler, to standard error.

#![cfg_attr(docsrs, feature(doc_cfg))]

// The files follow the data:
//
// * `run()`: the entry point; `builder`, `chosen`, `environment`: what a program chooses, and its variables.
// * `span_layer`: spans of `tracing`; `set_up`: what belongs to the whole process; `invocation_layer`: what goes around each invocation.
// * `log_settings`, `log_format`, `datadog_ids`, `request_id`: which log lines there are, and that they name their span and invocation.
// * `configuration`: what can be chosen.
// * `read_ahead`: the event read before the runtime does it; `raw_event`, `raw_json`: an event as it stands in its text, from any sender.
// * `kinesis`: the event, the records and the answer of Amazon Kinesis; `kafka`: those of Apache Kafka.
// * `event`, `event_response`, `event_error`, `event_service`: either.
// * `record`: what the business code gets; `origin`: what the stream has of it.
// * `handler`, `failure`: the business code, and how it fails; `function`: functions as handlers.
// * `by_batch`: the same for business code that gets the records of a shard as one; `any_handler`: either.
// * `json_error`: why a payload is not of a type, without a word of it.
// * `from_record`, `json`, `state`, `trace_context`: what its arguments are taken from.
// * `dead_letters`: a handler around it, which keeps what is skipped.
// * `answer_limit`: how much is read of what AWS answers.
// * `deduplicate`: a handler around it, which skips what was processed before.
// * `consumer`: one invocation: its span, its messages, its answer.
// * `batch`, `schedule`, `sequence`: which messages are processed, in which order, and where Lambda is to start again.
// * `processing`, `process`, `in_time`, `begun`, `record_span`, `call_failure`: one message; the span around the business code.
// * `done`: which messages are done, where what is left may come again with them.
// * `unreadable_line`: the line about what is not a record; `batch_failed`: how an invocation that fails is told.
// * `metrics`: what is measured of each message.
// * `call`: what else the consumer and a handler tell each other.
// * `record_log`, `record_line`: what CloudWatch, and the checker, are told.
// * `trace_layer`: all of this that any other service can have.

#[cfg(any(feature = "dynamodb", feature = "s3", feature = "sqs"))]
mod answer_limit;
mod any_handler;
mod batch;
mod batch_failed;
mod begun;
mod builder;
mod by_batch;
mod call;
mod call_failure;
mod chosen;
mod configuration;
mod consumer;
mod datadog_ids;
mod done;
mod environment;
mod event;
mod event_error;
mod event_response;
mod event_service;
mod failure;
mod from_record;
mod function;
mod handler;
mod in_time;
mod invocation_layer;
mod json;
mod json_error;
mod key;
mod log_format;
mod log_settings;
mod message;
mod metrics;
mod origin;
mod process;
mod processing;
mod raw_event;
mod raw_json;
mod read_ahead;
mod record;
mod record_line;
mod record_log;
mod record_span;
mod request_id;
mod run;
mod schedule;
mod sequence;
mod set_up;
mod span_layer;
mod state;
mod trace_context;
mod transport;
mod unreadable_line;

pub mod dead_letters;
pub mod deduplicate;
pub mod kafka;
pub mod kinesis;
pub mod trace_layer;

pub use any_handler::AnyHandler;
pub use builder::ConsumerBuilder;
pub use by_batch::batch::Batch;
pub use by_batch::batch_failure::BatchFailure;
#[doc(hidden)]
pub use by_batch::batch_function::BatchFunction;
#[doc(hidden)]
pub use by_batch::batch_handler::IsBatchHandler;
pub use by_batch::batch_handler::{BatchHandler, ByBatch};
pub use configuration::RelationPolicy;
pub use consumer::Consumer;
pub use event::Event;
pub use event_error::EventError;
pub use event_response::EventResponse;
pub use event_service::EventService;
pub use failure::Failure;
pub use from_record::FromRecord;
#[doc(hidden)]
pub use function::Function;
#[doc(hidden)]
pub use handler::IsHandler;
pub use handler::{Handler, IntoHandler};
pub use invocation_layer::InvocationLayer;
pub use json::Json;
pub use json_error::JsonError;
pub use kinetrace::Reader;
pub use record::Record;
pub use record_log::RecordLog;
pub use run::{Error, run};
pub use set_up::log_layer;
pub use span_layer::span_layer;
pub use state::State;
pub use trace_context::TraceContext;

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
