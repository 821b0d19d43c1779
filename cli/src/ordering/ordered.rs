//! The library's publisher.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kinetrace::Order;
use kinetrace::history::{Produce, TraceIds};
use kinetrace_producer::ProduceStart;
use kinetrace_producer::{Delivery, Publisher, SendError};
use tokio::sync::mpsc;

use super::carrier::CarrierName;
use super::created::{Created, Creator};
use super::publication::Publication;

/// For each record that may be ahead of the consumer, this many are handed over whose fate is not yet known:
/// enough for packs, where there are any.
const WINDOW: usize = 4;

/// Of a publisher that gives up an attempt early, so that a request that meets no fault has its answer in time on a machine
/// that is busy.
const REQUEST_BYTES: usize = 256 * 1024;

/// Where puts are made to fail: of ten million records, some fail twenty times in a row. The run tries
/// every record until it arrives, and gives none up.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(600);

/// Hands over all records in order, without waiting for one before the next.
pub(super) async fn publish(publication: Publication<'_>, aggregation: bool) {
    let Publication { stream, records, carrier, telemetry, pace, lines, ahead, .. } = publication;
    let window = ahead.saturating_mul(WINDOW);
    let publisher = publisher(publication, aggregation);
    let mut creator = Creator::new(stream, carrier, telemetry);
    let (sender, mut deliveries) = mpsc::channel(1);
    let hand_over = async {
        // Ends the other side with this one.
        let sender = sender;
        for (index, record) in records.iter().enumerate() {
            pace.may_go(index).await;
            let (handed, record, created) = if is_by_hand(carrier) {
                let Created { record, handed, order, context } = creator.create(record);
                (handed, record, Some((order, context)))
            } else {
                (ProduceStart::now(stream, &record.partition_key, &record.data), record.clone(), None)
            };
            // The other side reads until there is no sender.
            let _ = sender.send((handed, created, publisher.enqueue(record).await)).await;
        }
    };
    let settle = async {
        let (mut under_way, mut open) = (FuturesUnordered::new(), true);
        while open || !under_way.is_empty() {
            tokio::select! {
                handed = deliveries.recv(), if open && under_way.len() < window => match handed {
                    Some((handed, created, delivery)) => under_way.push(settled(handed, created, delivery)),
                    None => open = false,
                },
                Some(line) = under_way.next() => {
                    pace.settle(1);
                    lines.tell(line).await;
                }
            }
        }
    };
    tokio::join!(hand_over, settle);
    publisher.close().await;
}

/// The line about a record, once its fate is known.
async fn settled(
    handed: ProduceStart,
    created: Option<(Order, Option<TraceIds>)>,
    delivery: Result<Delivery, Box<SendError>>,
) -> Produce {
    let settled = match delivery {
        Ok(delivery) => delivery.await,
        Err(refused) => Err(refused),
    };
    let mut line = handed.settled(&settled);
    // The publisher saw a group of its own in each of these partition keys.
    if let Some((order, context)) = created {
        (line.order, line.context) = (line.order.and(Some(order)), context);
    }
    line
}

fn publisher(publication: Publication<'_>, aggregation: bool) -> Publisher {
    let Publication { client, stream, carrier, telemetry, attempt_timeout, .. } = publication;
    let publisher = Publisher::builder(client.clone(), stream)
        .telemetry(telemetry)
        .carrier(carrier.of_library())
        .create_spans(!is_by_hand(carrier))
        .aggregation(aggregation);
    match attempt_timeout {
        Some(limit) => {
            let publisher = publisher.attempt_timeout(limit).max_request_bytes(REQUEST_BYTES);
            publisher.delivery_timeout(DELIVERY_TIMEOUT).build()
        }
        None => publisher.build(),
    }
}

/// The library has no such carrier.
fn is_by_hand(carrier: CarrierName) -> bool {
    carrier == CarrierName::PartitionKeyOnly
}
