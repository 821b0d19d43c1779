//! The library's publisher, as a program uses it that has more to do than wait: records are handed over one after the
//! other, and deliveries are awaited meanwhile, each as it comes. What waits is the publisher's to limit.

use aws_sdk_kinesis::Client;
use futures_util::{TryStreamExt as _, stream};
use kinetrace_producer::Publisher;
use kinetrace_producer::PublisherBuilder;
use tokio::task::unconstrained;

use crate::Failure;
use crate::load::Load;
use crate::tracing::Tracing;

pub(crate) fn builder(client: &Client, stream: &str, tracing: &Tracing) -> PublisherBuilder {
    let builder = Publisher::builder(client.clone(), stream);
    match tracing {
        Tracing::On(telemetry) => builder.telemetry(telemetry),
        Tracing::Off(telemetry) => builder.telemetry(telemetry).carrier(None).create_spans(false),
    }
}

pub(crate) async fn publish(publisher: Publisher, load: Load) -> Result<(), Failure> {
    let deliveries = stream::try_unfold((publisher, load.records()), async |(publisher, mut records)| {
        let Some(record) = records.next() else { return Ok(None) };
        let delivery = publisher.enqueue(record).await?;
        Ok(Some((delivery, (publisher, records))))
    });
    let acks = deliveries.try_buffer_unordered(usize::MAX);
    // Otherwise Tokio would make the task pause after some deliveries, and ask all the others again each time.
    unconstrained(acks.try_for_each(async |_ack| Ok(()))).await?;
    Ok(())
}
