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
// * `event`: the batch that Lambda sends; `lambda_context`: what it says next to that.
// * `invoker`: invokes a handler with it; `sequence_numbers`: by what the answer names records.
// * `recorder`, `series`: spans and metrics, kept in memory; `spans`: one of them by its name;
//   `log_lines`: what the handler logs.
// * `invocation`: everything that is left behind.
// * `puts`, `stream`: a stream in memory, for producers.

mod data;
mod event;
mod invocation;
mod invoker;
mod lambda_context;
mod log_lines;
#[cfg(feature = "producer")]
mod puts;
mod recorder;
mod sender;
mod sequence_numbers;
mod series;
mod spans;
#[cfg(feature = "producer")]
mod stream;

pub use event::Event;
pub use invocation::Invocation;
pub use invoker::{Invoker, invoke};
pub use recorder::Recorder;
pub use series::Series;
#[cfg(feature = "producer")]
pub use stream::Stream;

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
