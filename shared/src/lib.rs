//! Trace context on records of Amazon Kinesis and Apache Kafka, without moving a record: the wire formats, and what both ends of a
//! stream share.
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
//! On Kafka the context is in a record's headers, whatever client sends them: see [`kafka`].
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
//! | `sigv4` | requests to CloudWatch's endpoints of OTLP, and to others of AWS, are signed with the credentials of the environment or the container |
//! | `aws-config` | the same, with credentials from wherever the AWS SDK finds them: a profile, a web identity, an instance |
//! | `otlp-logs` | log records over OTLP, too, where `OTEL_LOGS_EXPORTER` asks for them |
//! | `lambda` | [`lambda`]: what a traced Lambda function needs in addition to a runtime |
//! | `history` | [`history`]: the lines that producers and consumers log, and that `kinetrace verify` reads |
//!
//! # Warnings
//!
//! The crate writes nothing to standard output or standard error. What no caller can be told, such as spans that are lost, it
//! tells by `tracing` events of level `WARN` with the target `kinetrace`, each of one line of 4 KiB at most.

#![cfg_attr(docsrs, feature(doc_cfg))]
// Parts that no chosen feature asks for are still compiled where that is simpler.
#![cfg_attr(
    not(all(feature = "history", feature = "lambda", feature = "otlp")),
    allow(dead_code, unreachable_pub, unused_imports)
)]

mod context;
mod format;
pub mod kafka;
mod kinesis;

mod causes;
#[cfg(feature = "opentelemetry")]
mod contained;
mod hex;
mod json_fault;
#[cfg(feature = "opentelemetry")]
mod key_attribute;
#[cfg(feature = "opentelemetry")]
mod key_names;
#[cfg(feature = "opentelemetry")]
mod lines;
mod one_line;
mod panic_message;
/// The names of spans, metrics and attributes.
#[cfg(feature = "opentelemetry")]
#[doc(hidden)]
pub mod semantic_conventions;
#[cfg(feature = "telemetry")]
mod telemetry;

#[cfg(feature = "history")]
#[cfg_attr(docsrs, doc(cfg(feature = "history")))]
pub mod history;
#[cfg(feature = "lambda")]
#[cfg_attr(docsrs, doc(cfg(feature = "lambda")))]
pub mod lambda;
#[cfg(feature = "history")]
mod record_log_filter;

pub use context::fields::Fields;
pub use context::injection::Injection;
pub use context::injection_counts::InjectionCounts;
pub use context::notation::Notation;
pub use context::order::{Order, ProducerId};
#[cfg(feature = "opentelemetry")]
#[cfg_attr(docsrs, doc(cfg(feature = "opentelemetry")))]
pub use context::propagators::{Dropped, ParsePropagatorsError, Propagators};
pub use format::json_text::{JsonText, JsonTextError};
pub use format::name::Format;
pub use kinesis::carrier::{Carrier, DEFAULT_MAX_RECORD_BYTES, ParseCarrierError};
pub use kinesis::extraction::{Extraction, UserRecord};
pub use kinesis::hash_key::HashKey;
pub use kinesis::reader::Reader;
pub use kinesis::record::{Record, RecordData};
pub use kinesis::records::Records;
pub use kinesis::sequence_number::SequenceNumber;

#[cfg(feature = "opentelemetry")]
#[cfg_attr(docsrs, doc(cfg(feature = "opentelemetry")))]
pub use key_names::{KeyNames, KeyNamesError};
#[cfg(feature = "otlp")]
#[cfg_attr(docsrs, doc(cfg(feature = "otlp")))]
pub use telemetry::TelemetryError;
#[cfg(feature = "telemetry")]
#[cfg_attr(docsrs, doc(cfg(feature = "telemetry")))]
pub use telemetry::{FlushPolicy, Telemetry};

/// What the other crates of kinetrace share. It changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::causes::Causes;
    #[cfg(feature = "opentelemetry")]
    pub use crate::contained::{contained, stand_in};
    #[cfg(feature = "opentelemetry")]
    pub use crate::context::propagators::DEFAULT as DEFAULT_PROPAGATORS;
    pub use crate::format::json_text::Known;
    pub use crate::json_fault::JsonFault;
    #[cfg(feature = "opentelemetry")]
    pub use crate::key_attribute::key_attribute;
    pub use crate::kinesis::aggregation;
    pub use crate::kinesis::stream_arn::stream_name;
    #[cfg(feature = "lambda")]
    pub use crate::lambda::last_flush::needs_last_flush;
    #[cfg(feature = "opentelemetry")]
    pub use crate::lines::{StderrLines, warn};
    pub use crate::one_line::{MAX_TEXT, is_disruptive, one_line};
    pub use crate::panic_message::panic_message;
    #[cfg(feature = "history")]
    pub use crate::record_log_filter::{NAME as RECORD_LOG, RecordLogFilter};
    #[cfg(feature = "opentelemetry")]
    pub use crate::semantic_conventions;
    #[cfg(feature = "telemetry")]
    pub use crate::telemetry::{LazyInstruments, RecordTracer};
    #[cfg(feature = "otlp")]
    pub use crate::telemetry::{MAX_LINKS_PER_SPAN, MAX_QUEUE_BYTES};
}

/// What its README has is compiled, and run, like the examples here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
