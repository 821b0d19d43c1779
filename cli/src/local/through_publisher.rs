//! Events on their way straight into a stream.

use aws_sdk_kinesis::Client;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kinetrace::history::{Event, Produce};
use kinetrace::{Carrier, Record, Telemetry};
use kinetrace_producer::{Delivery, ProduceStart, Publisher, SendError};
use tokio::sync::mpsc::{Receiver, UnboundedSender};

use super::messages::Messages;
use super::seen::Seen;
use crate::outcome::Failure;

/// Records whose fate is not known yet; more are not handed over.
const WINDOW: usize = 1_024;

/// Puts all records by kinetrace's publisher, those of a key in order, each with its context.
pub(super) async fn put(
    client: Client,
    stream: String,
    telemetry: Telemetry,
    mut records: Receiver<Record>,
    (seen, messages): (UnboundedSender<Seen>, Messages),
) -> Result<(), Failure> {
    let publisher = Publisher::builder(client, &stream).telemetry(&telemetry).carrier(Carrier::Envelope).build();
    let (mut under_way, mut open) = (FuturesUnordered::new(), true);
    while open || !under_way.is_empty() {
        tokio::select! {
            record = records.recv(), if open && under_way.len() < WINDOW => match record {
                Some(record) => {
                    let handed = ProduceStart::now(&stream, &record.partition_key, &record.data);
                    let handed = handed.placed(record.explicit_hash_key);
                    under_way.push(settled(handed, publisher.enqueue(record).await));
                }
                None => open = false,
            },
            Some(line) = under_way.next() => {
                if let Some(error) = &line.error {
                    messages.say(&format!("an event of key {} was not put: {error}", line.group));
                }
                // The observer listens until the world is gone.
                let _ = seen.send(Seen::Own(Event::Produce(line)));
            }
        }
    }
    publisher.close().await;
    Ok(())
}

async fn settled(handed: ProduceStart, delivery: Result<Delivery, Box<SendError>>) -> Produce {
    let settled = match delivery {
        Ok(delivery) => delivery.await,
        Err(refused) => Err(refused),
    };
    handed.settled(&settled)
}
