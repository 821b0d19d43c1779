//! `PutRecords` as most programs call it: 500 records a request, and those that failed again in the next.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::DisplayErrorContext;
use aws_sdk_kinesis::operation::put_records::PutRecordsOutput;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use kinetrace::history::{Produce, PutOutcome, Timestamp};
use kinetrace::{Record, Telemetry};

use super::carrier::CarrierName;
use super::created::{Created, Creator};
use crate::Failure;

const ENTRIES: usize = 500;
const ATTEMPTS: usize = 10;

pub(super) async fn publish(
    client: &Client,
    stream: &str,
    records: &[Record],
    carrier: CarrierName,
    telemetry: &Telemetry,
) -> Result<Vec<Produce>, Failure> {
    let mut creator = Creator::new(stream, carrier, telemetry);
    let mut produced = Vec::with_capacity(records.len());
    for chunk in records.chunks(ENTRIES) {
        let mut left: Vec<_> = chunk.iter().map(|record| creator.create(record)).collect();
        for _ in 0..ATTEMPTS {
            let entries = left.iter().map(|created| entry(&created.record)).collect::<Result<_, _>>()?;
            let request = client.put_records().stream_name(stream).set_records(Some(entries));
            let answer = request.send().await.map_err(|error| DisplayErrorContext(error).to_string())?;
            left = settle(left, answer, &mut produced);
            if left.is_empty() {
                break;
            }
        }
        produced.extend(left.into_iter().map(|created| line(created, PutOutcome::Failed)));
    }
    Ok(produced)
}

/// Notes what arrived, and returns what did not.
fn settle(sent: Vec<Created>, answer: PutRecordsOutput, produced: &mut Vec<Produce>) -> Vec<Created> {
    let mut failed = Vec::new();
    for (created, result) in sent.into_iter().zip(answer.records) {
        match (result.shard_id, result.sequence_number) {
            (Some(shard), Some(number)) => {
                let line = line(created, PutOutcome::Acknowledged);
                produced.push(Produce { shard: Some(shard), sequence_number: Some(number.into()), ..line });
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

fn line(created: Created, outcome: PutOutcome) -> Produce {
    let Created { handed, order, context, .. } = created;
    Produce {
        stream: handed.stream,
        group: handed.group,
        order,
        outcome,
        error: None,
        shard: None,
        sequence_number: None,
        start: handed.start,
        end: Timestamp::now(),
        context,
        payload_crc32: handed.payload_crc32,
    }
}
