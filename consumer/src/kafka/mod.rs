//! What is Apache Kafka's own: the event of Amazon MSK and of other clusters, its records, and what Lambda is answered.

// * `event`: what Lambda sends, one bad record failing only itself.
// * `reading`: what the business code gets of a record, with the context that the record carried.
// * `unfinished`: where a partition's part of a batch ends.
// * `transport`: what the rest of the consumer learns of all that.
// * `service`: one invocation, from the event to the answer.
// * `answer`: whether the batch fails, or records are named.
// * `batch_response`, `batch_error`: what Lambda is told.
// * `repeats`: which records of a batch were done before it came again.
// * `polled`: the same for records that no invocation has brought.

pub(crate) mod answer;
pub(crate) mod batch_error;
pub(crate) mod batch_response;
pub(crate) mod event;
mod polled;
pub(crate) mod reading;
pub(crate) mod repeats;
pub(crate) mod service;
pub(crate) mod transport;
pub(crate) mod unfinished;

pub use answer::Answer;
pub use batch_error::BatchError;
pub use batch_response::BatchResponse;
pub use event::{EventPartition, EventRecord, KafkaEvent, RecordError};
pub use unfinished::Unfinished;
