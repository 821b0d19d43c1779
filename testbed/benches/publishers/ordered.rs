//! The library's publisher, with and without tracing.

use aws_sdk_kinesis::Client;
use kinetrace_producer::Publisher;
use kinetrace_producer::PublisherBuilder;

use crate::tracing::Tracing;

pub(crate) fn builder(client: &Client, stream: &str, tracing: &Tracing) -> PublisherBuilder {
    let builder = Publisher::builder(client.clone(), stream);
    match tracing {
        Tracing::On(telemetry) => builder.telemetry(telemetry),
        Tracing::Off(telemetry) => builder.telemetry(telemetry).carrier(None).create_spans(false),
    }
}
