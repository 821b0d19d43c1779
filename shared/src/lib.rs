//! What both ends of a traced Kinesis stream agree on.
//!
//! The crate knows neither the AWS SDK nor the Lambda runtime. Its files follow the data:
//!
//! ```text
//! payload ─▶ Carrier::inject ─▶ Record ─▶ (Kinesis, Lambda) ─▶ Reader::read ─▶ Context ─▶ Span
//! ```
//!
//! * [`telemetry`]: tracer provider, meter provider and propagators, as the `OTEL_*` variables describe them.
//! * [`propagators`]: from a context to its text fields and back.
//! * [`fields`]: those fields.
//! * [`carrier`]: where they travel; each wire format in one file.
//! * [`order`]: who produced a record, and the how-manieth of its group it is.
//! * [`record`]: a record on its way into a stream.
//! * [`aggregation`]: several of them packed as one.
//! * [`hash_key`]: from a partition key to a place in the stream's hash space.
//! * [`KeyNames`]: how partition keys are named where people read.
//! * [`sequence_number`]: a record's place in its shard.
//! * [`stream_arn`]: from a stream's ARN to its name.
//! * [`reader`]: which format a record is of, ours or a foreign one; each in one file again.
//! * [`records`]: what is in one Kinesis record, read one by one.
//! * [`extraction`]: the record, taken apart.
//! * [`semantic_conventions`]: the names of spans, metrics and attributes.
//! * [`lambda`]: what every traced Lambda function needs.
//! * [`JsonFault`]: what is wrong with other people's JSON, without a word of it.
//! * [`Causes`], [`panic_message`], [`one_line`], [`complain`]: what went wrong, on one line.
//! * [`history`]: the events that producers and consumers log, and that the checker reads.

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
