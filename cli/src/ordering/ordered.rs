//! The library's publisher.

use kinetrace::history::Produce;
use kinetrace_producer::Publisher;
use kinetrace_producer::record_log::Handed;
use tokio::sync::mpsc;

use super::carrier::CarrierName;
use super::created::{Created, Creator};
use super::publication::Publication;

/// Hands over all records in order, without waiting for one before the next.
pub(super) async fn publish(publication: Publication<'_>, aggregation: bool) -> Vec<Produce> {
    let Publication { stream, records, carrier, telemetry, pace, .. } = publication;
    let publisher = publisher(publication, aggregation);
    let mut creator = Creator::new(stream, carrier, telemetry);
    let (sender, mut deliveries) = mpsc::unbounded_channel();
    let hand_over = async {
        // Ends the other side with this one.
        let sender = sender;
        for (index, record) in records.iter().enumerate() {
            pace.may_go(index).await;
            let (handed, record, created) = if is_by_hand(carrier) {
                let Created { record, handed, order, context } = creator.create(record);
                (handed, record, Some((order, context)))
            } else {
                (Handed::now(stream, &record.partition_key, &record.data), record.clone(), None)
            };
            // The other side reads until there is no sender.
            let _ = sender.send((handed, created, publisher.enqueue(record).await));
        }
    };
    let mut produced = Vec::with_capacity(records.len());
    let settle = async {
        while let Some((handed, created, delivery)) = deliveries.recv().await {
            let settled = match delivery {
                Ok(delivery) => delivery.await,
                Err(refused) => Err(refused),
            };
            pace.settle(1);
            let Some(mut line) = handed.settled(&settled) else { continue };
            // The publisher saw a group of its own in each of these partition keys.
            if let Some((order, context)) = created {
                (line.order, line.context) = (order, context);
            }
            produced.push(line);
        }
    };
    tokio::join!(hand_over, settle);
    publisher.close().await;
    produced
}

fn publisher(publication: Publication<'_>, aggregation: bool) -> Publisher {
    let Publication { client, stream, carrier, telemetry, attempt_timeout, .. } = publication;
    let publisher = Publisher::builder(client.clone(), stream)
        .telemetry(telemetry)
        .carrier(carrier.of_library())
        .create_spans(!is_by_hand(carrier))
        .aggregation(aggregation);
    match attempt_timeout {
        Some(limit) => publisher.attempt_timeout(limit).build(),
        None => publisher.build(),
    }
}

/// The library has no such carrier.
fn is_by_hand(carrier: CarrierName) -> bool {
    carrier == CarrierName::PartitionKeyOnly
}
