//! The library's publisher.

use aws_sdk_kinesis::Client;
use kinetrace::history::Produce;
use kinetrace::{Record, Telemetry};
use kinetrace_producer::Publisher;
use kinetrace_producer::record_log::Handed;

use super::carrier::CarrierName;
use super::created::{Created, Creator};

/// Hands over all records in order, without waiting for one before the next.
pub(super) async fn publish(
    client: &Client,
    stream: &str,
    records: &[Record],
    carrier: CarrierName,
    telemetry: &Telemetry,
) -> Vec<Produce> {
    let by_hand = carrier == CarrierName::PartitionKeyOnly;
    let publisher = Publisher::builder(client.clone(), stream)
        .telemetry(telemetry)
        .carrier(carrier.of_library())
        .create_spans(!by_hand)
        .build();
    let mut creator = Creator::new(stream, carrier, telemetry);
    let mut deliveries = Vec::with_capacity(records.len());
    for record in records {
        let (handed, record, created) = if by_hand {
            let Created { record, handed, order, context } = creator.create(record);
            (handed, record, Some((order, context)))
        } else {
            (Handed::now(stream, &record.partition_key, &record.data), record.clone(), None)
        };
        deliveries.push((handed, created, publisher.enqueue(record).await));
    }
    let mut produced = Vec::with_capacity(deliveries.len());
    for (handed, created, delivery) in deliveries {
        let settled = match delivery {
            Ok(delivery) => delivery.await,
            Err(refused) => Err(refused),
        };
        let Some(mut line) = handed.settled(&settled) else { continue };
        // The publisher saw a group of its own in each of these partition keys.
        if let Some((order, context)) = created {
            (line.order, line.context) = (order, context);
        }
        produced.push(line);
    }
    publisher.close().await;
    produced
}
