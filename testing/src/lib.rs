//! A test kit for consumers of kinetrace: build the event that Lambda would send, invoke a handler with it, and look at the
//! answer, the spans and the log lines.
//!
//! ```
//! use kinetrace_consumer::{Failure, Json};
//! use kinetrace_testing::{Event, invoke};
//!
//! #[derive(serde::Deserialize)]
//! struct Flight {
//!     tailnum: String,
//! }
//!
//! async fn handle(Json(flight): Json<Flight>) -> Result<(), Failure> {
//!     tracing::info!(flight.tailnum, "departed");
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let event = Event::new("flights").traced("N14228", r#"{"tailnum":"N14228"}"#).traced("N24211", "not a flight");
//! let invocation = invoke(handle, &event).await;
//!
//! // Lambda starts again at the second record.
//! assert_eq!(invocation.stopped_at(), Some(1));
//! // The span of each record links to its producer's.
//! assert_eq!(invocation.process_span(0).links[0].span_context, *event.context(0).unwrap());
//! assert!(invocation.log_lines()[0].contains("N14228"));
//! # }
//! ```
//!
//! With records of Kafka, where an answer is about partitions:
//!
//! ```
//! use kinetrace_consumer::{Failure, Record};
//! use kinetrace_testing::{KafkaEvent, invoke};
//!
//! async fn handle(record: Record) -> Result<(), Failure> {
//!     if record.is_tombstone() { Err(Failure::retry("its deletion is not implemented")) } else { Ok(()) }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let event = KafkaEvent::new("flights").traced("N14228", "landed").partition(1).traced("N24211", "1").tombstone("N24211");
//! let invocation = invoke(handle, &event).await;
//!
//! assert_eq!(invocation.unfinished(), [("flights-1", 1)]);
//! assert_eq!(invocation.process_span(0).links[0].span_context, *event.context(0).unwrap());
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `producer` | `Stream`: a stream in memory, for tests of what a producer sends, and of how a consumer goes on with it |
//!
//! Nothing is sent anywhere, and nothing global is set: tests can run side by side. The handler runs as in Lambda, but without
//! a runtime around it: one invocation, with a minute until its deadline.

#![cfg_attr(docsrs, feature(doc_cfg))]

// The files follow the data:
//
// * `sender`, `data`: the producer whose contexts records carry, and what stands in the stream for a record.
// * `event`: the batch that Lambda sends, of Kinesis; `kafka_record`, `kafka_event`: of Kafka; `any_event`: of either;
//   `lambda_context`: what it says next to that.
// * `invoker`: what a test chooses; `execution_environment`: invokes a handler so, once or several times;
//   `sequence_numbers`: by what the answer names records.
// * `recorder`, `series`: spans and metrics, kept in memory; `spans`: one of them by its name;
//   `log_lines`: what the handler logs; `record_lines`: the lines about records.
// * `answer`, `invocation`: everything that is left behind.
// * `puts`, `stream`: a stream in memory, for producers.

mod answer;
mod any_event;
mod data;
mod event;
mod execution_environment;
mod invocation;
mod invoker;
mod kafka_event;
mod kafka_record;
mod lambda_context;
mod log_lines;
#[cfg(feature = "producer")]
mod puts;
mod record_lines;
mod recorder;
mod sender;
mod sequence_numbers;
mod series;
mod spans;
#[cfg(feature = "producer")]
mod stream;

pub use any_event::AnyEvent;
pub use event::Event;
pub use execution_environment::ExecutionEnvironment;
pub use invocation::Invocation;
pub use invoker::{Invoker, invoke};
pub use kafka_event::KafkaEvent;
pub use kafka_record::KafkaRecord;
pub use recorder::Recorder;
pub use series::Series;
#[cfg(feature = "producer")]
pub use stream::Stream;

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
