//! The mapping against the embedded Kinesis, with a function that is a closure.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use bytes::Bytes;
use kinetrace::SequenceNumber;
use serde_json::Value;
use tokio::time::timeout;

use super::*;
use crate::kinesis::{Kinesis, create_stream};

mod happenings;
mod parameters;
mod reads;

/// A function that remembers the keys of each event, and what it said.
struct Fake<F> {
    events: Mutex<Vec<(Vec<String>, bool)>>,
    answer: F,
}

impl<F: Fn(usize, &[String]) -> Result<String, String> + Send + Sync + 'static> Invoke for Fake<F> {
    type Error = String;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, String> {
        let event: Value = serde_json::from_slice(&event).map_err(|error| error.to_string())?;
        let text = |record: &Value| record["kinesis"]["partitionKey"].as_str().unwrap().to_owned();
        let keys: Vec<_> = event["Records"].as_array().unwrap().iter().map(text).collect();
        tokio::task::yield_now().await;
        let mut events = self.events.lock().unwrap();
        let answer = (self.answer)(events.len(), &keys);
        events.push((keys, answer.is_ok()));
        answer.map(Bytes::from)
    }
}

fn fake<F: Fn(usize, &[String]) -> Result<String, String> + Send + Sync + 'static>(answer: F) -> Arc<Fake<F>> {
    Arc::new(Fake { events: Mutex::default(), answer })
}

impl<F> Fake<F> {
    fn done(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        events.iter().filter(|(_, ok)| *ok).flat_map(|(keys, _)| keys.clone()).collect()
    }
}

fn stream() -> Stream {
    Stream { name: "flights".into(), arn: "arn:aws:kinesis:us-east-1:000000000000:stream/flights".into() }
}

/// Puts records one after the other; their keys are their numbers, so that they show in the event.
async fn put(client: &Client, keys: std::ops::Range<usize>) -> Vec<(String, SequenceNumber)> {
    let mut acknowledged = Vec::new();
    for key in keys {
        let put = client.put_record().stream_name("flights").partition_key(key.to_string()).data(Blob::new("{}"));
        let ack = put.send().await.unwrap();
        acknowledged.push((ack.shard_id, ack.sequence_number.into()));
    }
    acknowledged
}

/// Ends the first shard.
async fn split(client: &Client) {
    let split = client.split_shard().stream_name("flights").shard_to_split("shardId-000000000000");
    split.new_starting_hash_key((u128::MAX / 2 + 1).to_string()).send().await.unwrap();
}

fn numbers(keys: std::ops::Range<usize>) -> Vec<String> {
    keys.map(|key| key.to_string()).collect()
}

/// Thirty records, then a split in two, then thirty more; the mapping starts before or after all that.
async fn split_in_the_middle(start_first: bool) -> Vec<String> {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    create_stream(&client, "flights", 1).await.unwrap();
    let function = fake(|invocation, _| if invocation % 4 == 3 { Err("boom".into()) } else { Ok(String::new()) });
    let start = || {
        let settings = Settings { batch_size: 3, ..Settings::default() };
        EventSourceMapping::start(client.clone(), stream(), settings, Arc::clone(&function)).unwrap()
    };
    let early = start_first.then(start);
    let mut acknowledged = put(&client, 0..30).await;
    split(&client).await;
    acknowledged.extend(put(&client, 30..60).await);
    let children: BTreeSet<_> = acknowledged[30..].iter().map(|(shard, _)| shard).collect();
    assert_eq!(children.len(), 2, "{children:?}");
    let mapping = early.unwrap_or_else(start);
    mapping.drain(acknowledged).await.unwrap();
    function.done()
}

#[tokio::test]
async fn with_a_factor_of_one_a_shard_is_delivered_in_order_and_its_children_after_it() {
    for start_first in [true, false] {
        let mut done = split_in_the_middle(start_first).await;
        let mut children = done.split_off(30);
        assert_eq!(done, numbers(0..30), "start_first {start_first}");
        children.sort();
        assert_eq!(children, numbers(30..60), "start_first {start_first}");
    }
}

#[tokio::test]
async fn above_a_factor_of_one_records_of_other_keys_overtake_but_none_is_lost() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    create_stream(&client, "flights", 1).await.unwrap();
    let acknowledged = put(&client, 10..90).await;
    let function = fake(|_, _| Ok(r#"{"batchItemFailures":[]}"#.into()));
    let settings = Settings { batch_size: 1, parallelization_factor: 10, ..Settings::default() };
    let mapping = EventSourceMapping::start(client, stream(), settings, Arc::clone(&function)).unwrap();
    mapping.drain(acknowledged).await.unwrap();
    let mut done = function.done();
    assert!(!done.is_sorted(), "the adversary delivered in order");
    done.sort();
    assert_eq!(done, numbers(10..90));
    assert_eq!(mapping.stop().await.invocations, 80);
}

#[tokio::test]
async fn a_bad_record_is_discarded_after_its_retries_and_counts_as_settled() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    create_stream(&client, "flights", 1).await.unwrap();
    let acknowledged = put(&client, 0..5).await;
    let function = fake(|_, keys| if keys == ["2"] { Err("bad".into()) } else { Ok(String::new()) });
    let settings = Settings { batch_size: 1, maximum_retry_attempts: Some(2), ..Settings::default() };
    let mapping = EventSourceMapping::start(client, stream(), settings, Arc::clone(&function)).unwrap();
    mapping.drain(acknowledged.clone()).await.unwrap();
    assert_eq!(function.done(), ["0", "1", "3", "4"]);
    let report = mapping.stop().await;
    assert_eq!(report.invocations, 4 + 3);
    let [discard] = report.discards.as_slice() else { panic!("{:?}", report.discards) };
    assert_eq!((discard.condition, discard.batch_size), ("RetryAttemptsExhausted", 1));
    assert_eq!((discard.shard.clone(), discard.first_sequence_number.clone()), acknowledged[2].clone());
    assert_eq!(discard.reason, "the function failed: bad");
}

#[tokio::test]
async fn a_stopped_mapping_delivers_nothing_more() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    create_stream(&client, "flights", 1).await.unwrap();
    let function = fake(|_, _| Ok(String::new()));
    let mapping =
        EventSourceMapping::start(client.clone(), stream(), Settings::default(), Arc::clone(&function)).unwrap();
    let before = put(&client, 0..3).await;
    mapping.drain(before).await.unwrap();
    mapping.stop().await;
    put(&client, 3..6).await;
    assert_eq!(function.done(), numbers(0..3));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_there_ends_the_wait_with_its_name() {
    let kinesis = Kinesis::start().await.unwrap();
    let function = fake(|_, _| Ok(String::new()));
    let mapping = EventSourceMapping::start(kinesis.client(), stream(), Settings::default(), function).unwrap();
    let error = mapping.drain([("shardId-000000000000".into(), "1".into())]).await.unwrap_err();
    assert!(error.to_string().starts_with("ListShards on stream flights failed 50 times"), "{error}");
}

/// A Kinesis whose first read that brings anything leaves out the record at this place, of three.
async fn kinesis_that_skips(place: usize) -> Kinesis {
    let skipped = Arc::new(AtomicBool::new(false));
    let layer = from_fn(move |request: Request, next: Next| {
        let skipped = Arc::clone(&skipped);
        async move {
            let (head, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            let mut json: Value = serde_json::from_slice(&body).unwrap_or_default();
            match json["Records"].as_array_mut() {
                Some(records) if records.len() == 3 && !skipped.swap(true, Ordering::Relaxed) => {
                    records.remove(place);
                    Response::new(Body::from(json.to_string()))
                }
                _ => Response::from_parts(head, Body::from(body)),
            }
        }
    });
    Kinesis::start_behind(|service| service.layer(layer)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_record_that_reads_pass_over_ends_the_wait_with_its_number() {
    for (place, ends) in [(0, false), (1, false), (2, false), (2, true)] {
        let kinesis = kinesis_that_skips(place).await;
        let client = kinesis.client();
        create_stream(&client, "flights", 1).await.unwrap();
        let acknowledged = put(&client, 0..3).await;
        if ends {
            split(&client).await;
        }
        let function = fake(|_, _| Ok(String::new()));
        let mapping = EventSourceMapping::start(client, stream(), Settings::default(), function).unwrap();
        let waiting = timeout(Duration::from_secs(20), mapping.drain(acknowledged.clone()));
        let error = waiting.await.unwrap().unwrap_err();
        let (shard, number) = &acknowledged[place];
        assert!(error.to_string().starts_with(&format!("reads pass over {shard}:{number}")), "{error}");
    }
}
