//! `PutRecords` as most programs call it: 500 records a request, and those that failed again in the next.

use aws_sdk_kinesis::error::DisplayErrorContext;
use aws_sdk_kinesis::operation::put_records::PutRecordsOutput;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use kinetrace::Record;
use kinetrace::history::PutOutcome;

use super::created::{Created, Creator};
use super::lines::Lines;
use super::publication::{FAILURES, Publication, outcome};
use crate::outcome::Failure;

const ENTRIES: usize = 500;
const ATTEMPTS: usize = 10;

pub(super) async fn publish(publication: Publication<'_>) -> Result<(), Failure> {
    let Publication { stream, records, carrier, telemetry, pace, .. } = publication;
    let mut creator = Creator::new(stream, carrier, telemetry);
    let mut begin = 0;
    while begin < records.len() {
        let end = records.len().min(begin + ENTRIES).min(pace.end_of_leg(begin));
        pace.may_go(begin).await;
        let chunk = records.range(begin, end).map(|record| creator.create(record)).collect();
        publish_chunk(publication, chunk).await?;
        pace.settle(end - begin);
        begin = end;
    }
    Ok(())
}

async fn publish_chunk(
    Publication { client, stream, lines, .. }: Publication<'_>,
    mut left: Vec<Created>,
) -> Result<(), Failure> {
    let (mut failures, mut worst) = (0, PutOutcome::Failed);
    for _ in 0..ATTEMPTS {
        let entries = left.iter().map(|created| entry(&created.record)).collect::<Result<_, _>>()?;
        match client.put_records().stream_name(stream).set_records(Some(entries)).send().await {
            Ok(answer) => {
                failures = 0;
                left = settle(left, answer, lines).await;
            }
            Err(error) => {
                failures += 1;
                if failures == FAILURES {
                    return Err(DisplayErrorContext(error).to_string().into());
                }
                if outcome(error)? == PutOutcome::Unknown {
                    worst = PutOutcome::Unknown;
                }
            }
        }
        if left.is_empty() {
            break;
        }
    }
    for created in left {
        lines.tell(created.line(worst)).await;
    }
    Ok(())
}

/// Tells what arrived, and returns what did not.
async fn settle(sent: Vec<Created>, answer: PutRecordsOutput, lines: &Lines<'_>) -> Vec<Created> {
    let mut failed = Vec::new();
    for (created, result) in sent.into_iter().zip(answer.records) {
        match (result.shard_id, result.sequence_number) {
            (Some(shard), Some(number)) => {
                let mut line = created.line(PutOutcome::Acknowledged);
                (line.shard, line.sequence_number) = (Some(shard), Some(number.into()));
                lines.tell(line).await;
            }
            _ => failed.push(created),
        }
    }
    failed
}

fn entry(record: &Record) -> Result<PutRecordsRequestEntry, Failure> {
    let entry = PutRecordsRequestEntry::builder()
        .partition_key(&record.partition_key)
        .set_explicit_hash_key(record.explicit_hash_key.map(|key| key.to_string()))
        .data(Blob::new(record.data.clone()));
    Ok(entry.build()?)
}
