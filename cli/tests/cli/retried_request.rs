//! What a consumer's deduplication knows of a request that its caller sends again: the function `producer` in a real
//! execution environment, which is stopped between the requests, and `Deduplicate` at the other end.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_kinesis::types::ShardIteratorType;
use kinetrace::{Order, Reader};
use kinetrace_consumer::deduplicate::{Deduplicate, Recent};
use kinetrace_consumer::{Handler as _, Record};
use kinetrace_testbed::kinesis::faults::{Fault, Faults};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde_json::Value;

use crate::bootstrap::deploy;

const STREAM: &str = "flights";

/// The first put of it is taken, and the answer is lost, twice; then the caller, who has no answer either, asks again.
#[tokio::test]
async fn copies_of_a_put_are_recognised_and_a_request_that_is_sent_again_is_another_record_of_the_same_series() {
    let faults = Faults::scripted([Fault::ErrorAfter.into(), Fault::ErrorAfter.into()]);
    let kinesis = Kinesis::start_behind(|service| faults.wrap(service)).await.unwrap();
    create_stream(&kinesis.client(), STREAM, 1).await.unwrap();
    let variables = [
        ("KINETRACE_STREAM", STREAM),
        ("KINETRACE_GROUP_FIELD", "tailnum"),
        ("KINETRACE_AUTO_DISTRIBUTION", "allow"),
        ("AWS_ENDPOINT_URL", kinesis.endpoint()),
        ("OTEL_TRACES_EXPORTER", "none"),
    ];
    let (function, _logs) = deploy(&["producer"], &variables, Duration::from_secs(30));
    for _ in 0..2 {
        let answer = function.invoke(r#"{"events":[{"tailnum":"N14228"}]}"#.into()).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((&answer["published"], &answer["failed"]), (&1.into(), &0.into()), "{answer}");
    }
    let records = records(&kinesis).await;
    let orders: Vec<_> = records.iter().map(|record| record.order.unwrap()).collect();
    assert_eq!(orders.iter().map(|order| order.sequence).collect::<Vec<_>>(), [0, 0, 0, 1]);
    assert!(orders.iter().all(|Order { producer, .. }| *producer == orders[0].producer), "{orders:?}");
    assert_eq!(processed(records).await, [0, 1]);
}

/// The counts of those that reach the business code.
async fn processed(records: Vec<Record>) -> Vec<u64> {
    let processed = Arc::new(Mutex::new(Vec::new()));
    let journal = Arc::clone(&processed);
    let handle = move |record: Record| {
        let journal = Arc::clone(&journal);
        async move {
            journal.lock().unwrap().push(record.order.unwrap().sequence);
            Ok::<_, Infallible>(())
        }
    };
    let deduplicate = Deduplicate::new(handle, Recent::default());
    for record in records {
        deduplicate.handle(record).await.unwrap();
    }
    let processed = processed.lock().unwrap();
    processed.clone()
}

/// All of the only shard, as the consumer gets them.
async fn records(kinesis: &Kinesis) -> Vec<Record> {
    let client = kinesis.client();
    let iterator = client.get_shard_iterator().stream_name(STREAM).shard_id("shardId-000000000000");
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
    let page = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
    let record = |stored: aws_sdk_kinesis::types::Record| {
        let key = stored.partition_key.unwrap();
        let read = Reader::default().read(stored.data.into_inner().into(), Some(&key)).remove(0);
        let mut record = Record::new(&*key, read.payload);
        record.order = read.order;
        record
    };
    page.records.into_iter().map(record).collect()
}
