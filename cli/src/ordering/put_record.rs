//! `PutRecord` as most programs call it: one record after the other, over the whole input, each awaited before the next.
//!
//! The SDK tries a failed call again by itself, three times in all by default. That keeps order, at the price of a round
//! trip for each record; a record that still fails is skipped, and the next one goes anyway.

use aws_sdk_kinesis::error::DisplayErrorContext;
use aws_sdk_kinesis::primitives::Blob;
use kinetrace::history::PutOutcome;

use super::created::{Created, Creator};
use super::publication::{FAILURES, Publication, outcome};
use crate::outcome::Failure;

pub(super) async fn publish(publication: Publication<'_>) -> Result<(), Failure> {
    let Publication { client, stream, records, carrier, telemetry, pace, lines, .. } = publication;
    let mut creator = Creator::new(stream, carrier, telemetry);
    let mut failures = 0;
    for (index, record) in records.iter().enumerate() {
        pace.may_go(index).await;
        let created = creator.create(record);
        let Created { record, .. } = &created;
        let put = client.put_record().stream_name(stream).partition_key(&record.partition_key);
        let put = put.set_explicit_hash_key(record.explicit_hash_key.map(|key| key.to_string()));
        let line = match put.data(Blob::new(record.data.clone())).send().await {
            Ok(stored) => {
                failures = 0;
                let mut line = created.line(PutOutcome::Acknowledged);
                (line.shard, line.sequence_number) = (Some(stored.shard_id), Some(stored.sequence_number.into()));
                line
            }
            Err(error) => {
                failures += 1;
                if failures == FAILURES {
                    return Err(DisplayErrorContext(error).to_string().into());
                }
                created.line(outcome(error)?)
            }
        };
        lines.tell(line).await;
        pace.settle(1);
    }
    Ok(())
}
