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

pub mod telemetry;
pub use telemetry::{Telemetry, TelemetryError};

pub mod propagators;
pub use propagators::Propagators;

pub mod fields;
pub use fields::Fields;

pub mod carrier;
pub use carrier::{Carrier, DEFAULT_MAX_RECORD_BYTES, Injection};

pub mod order;
pub use order::{Order, ProducerId};

pub mod record;
pub use record::Record;

pub mod aggregation;

pub mod hash_key;
pub use hash_key::HashKey;

mod key_names;
pub use key_names::{KeyNames, KeyNamesError};

mod key_attribute;
pub use key_attribute::key_attribute;

pub mod sequence_number;
pub use sequence_number::SequenceNumber;

pub mod stream_arn;

pub mod reader;
pub use reader::Reader;

pub mod records;
pub use records::Records;

pub mod extraction;
pub use extraction::{Extraction, Format, UserRecord};

pub mod semantic_conventions;

pub mod lambda;

pub mod history;

mod json_fault;
pub use json_fault::JsonFault;

mod causes;
pub use causes::Causes;

mod one_line;
pub use one_line::{MAX_TEXT, is_disruptive, one_line};

mod complain;
pub use complain::complain;

mod panic_message;
pub use panic_message::panic_message;

mod data;
mod foreign;
mod found;
mod kpl;
mod members;
mod traceparent;
