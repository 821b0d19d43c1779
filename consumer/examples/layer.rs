//! A service that was there before, with any type of event, and one line more.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example layer
//! ```

use aws_lambda_events::kinesis::KinesisEvent;
use kinetrace_consumer::trace_layer::TraceLayer;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let layer = TraceLayer::from_env()?; // this line
    Runtime::new(service_fn(handle)).layer(layer).run().await
}

async fn handle(event: LambdaEvent<KinesisEvent>) -> Result<(), Error> {
    for record in event.payload.records {
        println!("{} bytes of {}", record.kinesis.data.len(), record.kinesis.partition_key);
    }
    Ok(())
}
