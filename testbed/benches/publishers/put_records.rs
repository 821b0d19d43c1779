//! `PutRecords` the usual way: 500 records a request, one request at a time, and those that failed again.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::BuildError;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use kinetrace::Record;
use kinetrace_producer::{Carrier, Propagation};

use crate::Failure;
use crate::load::Load;
use crate::tracing::Tracing;

const ENTRIES: usize = 500;

pub(crate) async fn publish(client: &Client, stream: &str, load: Load, tracing: &Tracing) -> Result<(), Failure> {
    let client = with_tracing(client, tracing);
    let mut records = load.records();
    loop {
        let mut left: Vec<_> = records.by_ref().take(ENTRIES).map(entry).collect::<Result<_, _>>()?;
        if left.is_empty() {
            return Ok(());
        }
        while !left.is_empty() {
            let answer = client.put_records().stream_name(stream).set_records(Some(left.clone())).send().await?;
            let mut results = answer.records.iter();
            left.retain(|_| results.next().is_none_or(|result| result.sequence_number.is_none()));
        }
    }
}

fn with_tracing(client: &Client, tracing: &Tracing) -> Client {
    let Tracing::On(telemetry) = tracing else { return client.clone() };
    let propagation = Propagation::new(Carrier::Envelope).telemetry(telemetry);
    Client::from_conf(client.config().to_builder().interceptor(propagation).build())
}

fn entry(record: Record) -> Result<PutRecordsRequestEntry, BuildError> {
    PutRecordsRequestEntry::builder().partition_key(record.partition_key).data(Blob::new(record.data)).build()
}
