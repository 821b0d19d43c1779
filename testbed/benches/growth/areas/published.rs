//! Records that a publisher takes, and puts into a Kinesis that answers at once.

use std::collections::VecDeque;

use kinetrace::{Propagators, Record, Telemetry};
use kinetrace_producer::{AutoDistribution, Delivery, Publisher};
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::{Failure, at_once};

/// So many records are handed in before the oldest of them is waited for: more than a request has.
const AHEAD: usize = 10_000;

/// So many records of so many keys, that take turns, each with a span and its context in an envelope.
pub(crate) fn published(
    records: usize,
    keys: usize,
    aggregation: bool,
) -> Result<impl FnMut() -> Result<(), Failure>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(move || runtime.block_on(publish(records, keys, aggregation)))
}

async fn publish(records: usize, keys: usize, aggregation: bool) -> Result<(), Failure> {
    let telemetry = Telemetry::new(Some(SdkTracerProvider::builder().build()), Propagators::default());
    let publisher = Publisher::builder(at_once::client(), "flights")
        .telemetry(&telemetry)
        .aggregation(aggregation)
        .auto_distribution(AutoDistribution::Allow)
        .build();
    let mut deliveries: VecDeque<Delivery> = VecDeque::new();
    for number in 0..records {
        let record = Record::new(format!("N{}", number % keys), format!(r#"{{"number":{number}}}"#));
        deliveries.push_back(publisher.enqueue(record).await?);
        if deliveries.len() > AHEAD
            && let Some(oldest) = deliveries.pop_front()
        {
            oldest.await?;
        }
    }
    for delivery in deliveries {
        delivery.await?;
    }
    publisher.close().await;
    Ok(())
}
