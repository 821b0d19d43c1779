//! `PutRecords` the usual way, with and without tracing.

use aws_sdk_kinesis::Client;
use kinetrace_producer::{Carrier, Propagation};

use crate::Failure;
use crate::load::Load;
use crate::publishing;
use crate::tracing::Tracing;

pub(crate) async fn publish(client: &Client, stream: &str, load: Load, tracing: &Tracing) -> Result<(), Failure> {
    publishing::put_records(&with_tracing(client, tracing), stream, load.records()).await
}

fn with_tracing(client: &Client, tracing: &Tracing) -> Client {
    let Tracing::On(telemetry) = tracing else { return client.clone() };
    let propagation = Propagation::new(Carrier::Envelope).telemetry(telemetry);
    Client::from_conf(client.config().to_builder().interceptor(propagation).build())
}
