//! What is Amazon Kinesis' own: its event, its records, and the answer that Lambda wants for them.
//!
//! * [`event`]: what Lambda sends, one bad record failing only itself.
//! * [`item_ids`]: by what EventBridge Pipes is told which of them are not done.
//! * `message`: a record, taken apart, with the context it carried.
//! * `unreadable`: the line about a record that is none.
//! * [`log_events`]: what a subscription of CloudWatch Logs puts into a stream.
//! * `answer`: whether Lambda starts again at a record, or halves the batch.
//! * [`window_state`]: what an invocation of a tumbling window hands on to the next.
//! * [`batch_response`], [`batch_error`]: what Lambda is told.

pub(crate) mod answer;
pub mod batch_error;
pub mod batch_response;
pub mod event;
pub mod item_ids;
pub mod log_events;
pub(crate) mod message;
pub(crate) mod unreadable;
pub mod window_state;
