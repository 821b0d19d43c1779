//! What can be chosen in the program instead of by variables, and a layer of your own around the consumer.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example builder
//! ```

use std::task::{Context, Poll};

use kinetrace_consumer::{Consumer, Error, Event, Failure, Record, RelationPolicy};
use lambda_runtime::LambdaEvent;
use tower::{Service, layer::layer_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    Consumer::builder(handle).relation(RelationPolicy::Link).key_attribute(false).layer(layer_fn(Counted)).run().await
}

async fn handle(record: Record) -> Result<(), Failure> {
    println!("{} bytes", record.payload.len());
    Ok(())
}

/// Says how many records an event has.
#[derive(Clone)]
struct Counted<S>(S);

impl<S: Service<LambdaEvent<Event>>> Service<LambdaEvent<Event>> for Counted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, event: LambdaEvent<Event>) -> S::Future {
        match &event.payload {
            Event::Kinesis(event) => println!("{} records", event.records.len()),
            Event::Kafka(event) => println!("records of {} partitions", event.partitions.len()),
            _ => {}
        }
        self.0.call(event)
    }
}
