//! `rdkafka`, the client that wraps librdkafka.

mod base_producer;
mod context;
mod delivery_future;
mod failure;
mod future_producer;
mod header_list;
mod order;
mod process_span;
mod record;
mod traced;

pub use context::{TracedContext, TracedOpaque};
pub use delivery_future::DeliveryFuture;
pub use order::{OrderError, OrderWarning, check_order};
pub use process_span::ProcessSpan;
pub use traced::{Traceable, Traced};
