//! The trace layer of `kinetrace-consumer` around a service that exists.

use kinetrace_consumer::trace_layer::TraceLayer;
use lambda_runtime::{Error, Runtime, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let layer = TraceLayer::from_env()?;
    Runtime::new(service_fn(rivals_handler::handle)).layer(layer).run().await
}
