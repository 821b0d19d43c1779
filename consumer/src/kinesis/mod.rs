//! What is Amazon Kinesis' own: its event, its records, and the answer that Lambda wants for them.

// * `event`: what Lambda sends, one bad record failing only itself.
// * `item_ids`: by what EventBridge Pipes is told which of them are not done.
// * `waiting`: the messages of a record, taken apart, with the contexts they carried.
// * `log_events`: what a subscription of CloudWatch Logs puts into a stream.
// * `transport`: what the rest of the consumer learns of all that.
// * `service`: one invocation, from the event to the answer.
// * `answer`: whether Lambda starts again at a record, or halves the batch.
// * `window_state`: what an invocation of a tumbling window hands on to the next.
// * `batch_response`, `batch_error`: what Lambda is told.

mod answer;
pub(crate) mod batch_error;
pub(crate) mod batch_response;
pub(crate) mod event;
pub(crate) mod item_ids;
pub(crate) mod log_events;
mod polled;
pub(crate) mod service;
pub(crate) mod transport;
pub(crate) mod waiting;
pub(crate) mod window_state;

pub use batch_error::BatchError;
pub use batch_response::BatchResponse;
pub use event::{EventRecord, KinesisEvent, RecordError};
pub use item_ids::ItemIds;
pub use log_events::{LogEvent, LogEvents, LogEventsError, MAX_UNPACKED};
pub use window_state::WindowState;
