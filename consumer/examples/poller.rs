//! A consumer outside of Lambda: it reads a shard by itself, and hands each batch to the same kind of handler.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::types::ShardIteratorType;
use aws_smithy_http_client::tls;
use kinetrace_consumer::kinesis::EventRecord;
use kinetrace_consumer::{Consumer, Failure, Record};

async fn handle(record: Record) -> Result<(), Failure> {
    println!("{} bytes", record.payload.len());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (stream, shard) = ("flights", "shardId-000000000000");
    let consumer = Consumer::builder(handle).build()?;
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring));
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http.build_https()).load().await;
    let kinesis = Client::new(&config);

    let iterator = kinesis.get_shard_iterator().stream_name(stream).shard_id(shard);
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await?;
    let mut iterator = iterator.shard_iterator;
    while let Some(position) = iterator {
        let answer = kinesis.get_records().shard_iterator(position).send().await?;
        let records = answer.records.into_iter().map(|record| {
            let mut read = EventRecord::new(stream, shard, record.sequence_number, record.data.into_inner());
            // A stream that distributes records by itself has none.
            read.partition_key = record.partition_key.map(Into::into);
            read
        });
        // A real program goes on at this record. It also stores how far it has come.
        if let Some(failed) = consumer.process(records).await {
            return Err(format!("record {failed} could not be processed").into());
        }
        iterator = answer.next_shard_iterator;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
