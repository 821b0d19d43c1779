//! What the three services share. In the order of an order:
//!
//! * `order`: what a customer asks for, as it stands in the request and in the stream.
//! * `stock`: the gRPC service that the consumer calls.
//! * `grpc_trace`: a span around each call, at either end.
//! * `database`: SQL, with a span around each statement.
//! * `service`: telemetry of a process, and its end.

mod database;
mod grpc_trace;
mod order;
mod service;

pub use database::{Database, Statement};
pub use grpc_trace::{GrpcTrace, Traced};
pub use order::Order;
pub use service::{asked_to_stop, flush, start_telemetry, variable};

/// What `proto/stock.proto` describes.
#[allow(missing_docs, missing_debug_implementations, reason = "it is generated")]
pub mod stock {
    tonic::include_proto!("stock");
}
