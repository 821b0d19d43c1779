//! Trace context on records of Amazon Kinesis, without moving a record: the wire formats, and what both ends of a stream share.
//!
//! A producer puts the context on a record with a [`Carrier`]; a consumer takes it off with a [`Reader`], which also knows
//! the formats of Datadog, Spring, CloudEvents and others. The payload comes back byte for byte.
//!
//! ```
//! use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, Reader, Record};
//!
//! let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! let mut fields = Fields::default();
//! fields.set("traceparent", traceparent.to_owned());
//!
//! let mut record = Record::new("N14228", r#"{"tailnum":"N14228"}"#);
//! Carrier::Envelope.inject(&mut record, &fields, None, DEFAULT_MAX_RECORD_BYTES);
//!
//! let read = Reader::default().read(record.data.into(), Some("N14228"));
//! assert_eq!(read[0].fields.get("traceparent"), Some(traceparent));
//! assert_eq!(read[0].payload, r#"{"tailnum":"N14228"}"#);
//! ```
//!
//! Most programs want one of the crates built on this one: `kinetrace-producer`, an ordered publisher and an interceptor for
//! the AWS SDK, or `kinetrace-consumer`, a traced consumer for AWS Lambda.
//!
//! # Features
//!
//! None is on by default. Without any, the crate depends neither on OpenTelemetry nor on a runtime.
//!
//! | feature | what it adds |
//! |---|---|
//! | `opentelemetry` | [`Propagators`]: from a context of OpenTelemetry to [`Fields`] and back; [`semantic_conventions`], [`KeyNames`] |
//! | `telemetry` | [`Telemetry`]: the providers of a process, and their flush |
//! | `otlp` | [`Telemetry::from_env`]: providers as the `OTEL_*` variables describe them, which export over OTLP/HTTP |
//! | `lambda` | [`lambda`]: what a traced Lambda function needs besides a runtime |
//! | `history` | [`history`]: the lines that producers and consumers log, and that `kinetrace verify` reads |
//!
//! # Warnings
//!
//! The crate writes nothing to standard output or standard error. What no caller can be told, such as spans that are lost, it
//! tells by `tracing` events of level `WARN` with the target `kinetrace`, each of one line of 4 KiB at most.

#![cfg_attr(docsrs, feature(doc_cfg))]
// Parts that no chosen feature asks for are compiled all the same where that is simpler.
#![cfg_attr(
    not(all(feature = "history", feature = "lambda", feature = "otlp")),
    allow(dead_code, unreachable_pub, unused_imports)
)]

pub mod context;
pub mod format;
pub mod kinesis;

#[cfg(feature = "opentelemetry")]
mod contained;
#[cfg(feature = "opentelemetry")]
pub mod semantic_conventions;

#[cfg(feature = "telemetry")]
pub mod telemetry;
#[cfg(feature = "telemetry")]
pub use telemetry::Telemetry;
#[cfg(feature = "otlp")]
pub use telemetry::TelemetryError;

#[cfg(feature = "lambda")]
pub mod lambda;

#[cfg(feature = "history")]
pub mod history;

pub use context::fields::Fields;
pub use context::notation::Notation;
pub use context::order::{self, Order, ProducerId};
#[cfg(feature = "opentelemetry")]
pub use context::propagators::{self, Propagators};
pub use format::name::Format;
pub use kinesis::aggregation;
pub use kinesis::carrier::{self, Carrier, DEFAULT_MAX_RECORD_BYTES, Injection};
pub use kinesis::extraction::{self, Extraction, UserRecord};
pub use kinesis::hash_key::{self, HashKey};
pub use kinesis::reader::{self, Reader};
pub use kinesis::record::{self, Record};
pub use kinesis::records::{self, Records};
pub use kinesis::sequence_number::{self, SequenceNumber};
pub use kinesis::stream_arn;

#[cfg(feature = "opentelemetry")]
mod key_names;
#[cfg(feature = "opentelemetry")]
pub use key_names::{KeyNames, KeyNamesError};

#[cfg(feature = "opentelemetry")]
mod key_attribute;
#[cfg(feature = "opentelemetry")]
pub use key_attribute::key_attribute;

mod json_fault;
pub use json_fault::JsonFault;

mod causes;
pub use causes::Causes;

mod one_line;
pub use one_line::{MAX_TEXT, is_disruptive, one_line};

#[cfg(feature = "opentelemetry")]
mod lines;
#[cfg(feature = "opentelemetry")]
pub use lines::{StderrLines, complain};

mod panic_message;
pub use panic_message::panic_message;
