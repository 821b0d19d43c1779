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
//! Nothing is sent anywhere, and nothing global is set: tests can run side by side. The handler runs as in Lambda, but without
//! a runtime around it: one invocation, with a minute until its deadline.

mod data;
mod event;
mod invocation;
mod log_lines;
mod sender;

pub use event::Event;
pub use invocation::{Invocation, Invoker, invoke};

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
