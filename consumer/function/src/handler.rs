//! Put your business code here.

use kinetrace_consumer::{Failure, Record};
use serde::Deserialize;

/// What the sample data has; replace it with your own events.
#[derive(Debug, Deserialize)]
struct Flight<'a> {
    tailnum: &'a str,
    origin: &'a str,
    dest: &'a str,
}

/// Called once per record, in order within a group, never twice at a time for one group.
///
/// An error or a panic makes Lambda send this record again, and nothing after it before it; `Failure::skip` gives the record up.
/// A record may come more than once even so: Lambda promises "at least once".
pub(crate) async fn handle(record: Record) -> Result<(), Failure> {
    // Only a topic of Kafka has them: this key is deleted.
    if record.is_tombstone() {
        return Ok(());
    }
    let flight: Flight<'_> = record.json()?;
    depart(&flight).await;
    Ok(())
}

#[tracing::instrument(skip_all, fields(tailnum = flight.tailnum))]
async fn depart(flight: &Flight<'_>) {
    tracing::debug!(origin = flight.origin, dest = flight.dest, "departed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_payload_that_is_not_a_flight_is_a_failure_and_not_a_panic() {
        for payload in [r#"{"tailnum":"N14228"}"#, "not JSON", ""] {
            assert!(handle(Record::new("N14228", payload)).await.is_err(), "{payload}");
        }
    }
}
