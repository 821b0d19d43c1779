//! What both ends of a traced Kinesis stream agree on.
//!
//! The crate knows neither the AWS SDK nor the Lambda runtime. Its files follow the data:
//!
//! ```text
//! payload ─▶ Carrier::inject ─▶ Record ─▶ (Kinesis, Lambda) ─▶ extract ─▶ Context ─▶ Span
//! ```
//!
//! * [`order`]: who produced a record, and the how-manieth of its group it is.
//! * [`record`]: a record on its way into a stream.
//! * [`hash_key`]: from a partition key to a place in the stream's hash space.
//! * [`sequence_number`]: a record's place in its shard.
//! * [`history`]: the events that producers and consumers log, and that the checker reads.

pub mod hash_key;
pub mod history;
pub mod order;
pub mod sequence_number;
