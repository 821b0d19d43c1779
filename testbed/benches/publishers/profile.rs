//! One publisher on one thread, against a Kinesis that answers at once. A profiler then sees the publisher and nothing else.

use std::io::{self, Write as _};

use aws_sdk_kinesis::Client;
use kinetrace_producer::{AutoDistribution, Publisher};

use crate::load::Load;
use crate::ordered;
use crate::tracing::Tracing;
use crate::{Failure, at_once};

/// What is written after `profile`.
pub(crate) const USAGE: &str = "profile (ordered|ordered-aggregated) (envelope|none) KEYS RECORDS";

/// Publishes so many records of so many keys, and awaits them. Nothing is measured here: a profiler counts, or the caller of
/// this process does.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(publisher: &str, tracing: &str, keys: &str, records: &str) -> Result<(), Failure> {
    let load = Load { keys: keys.parse()?, records: records.parse()? };
    let is_traced = match tracing {
        "envelope" => true,
        "none" => false,
        _ => return Err(USAGE.into()),
    };
    let aggregation = match publisher {
        "ordered" => false,
        "ordered-aggregated" => true,
        _ => return Err(USAGE.into()),
    };
    let client: Client = at_once::client();
    let builder = ordered::builder(&client, "profile", &Tracing::new(is_traced)).aggregation(aggregation);
    let count = publish(builder.auto_distribution(AutoDistribution::Allow).build(), load).await?;
    writeln!(io::stdout(), "{count} records of {keys} keys")?;
    Ok(())
}

async fn publish(publisher: Publisher, load: Load) -> Result<usize, Failure> {
    let mut deliveries = Vec::new();
    for record in load.records() {
        deliveries.push(publisher.enqueue(record).await?);
    }
    let count = deliveries.len();
    for delivery in deliveries {
        delivery.await?;
    }
    Ok(count)
}
