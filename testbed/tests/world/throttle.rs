use std::time::Duration;

use axum::http::StatusCode;
use kinetrace::HashKey;
use kinetrace::history::Shard;
use kinetrace_testbed::kinesis::throttle::Throttle;
use kinetrace_testbed::kinesis::{Kinesis, StreamError, create_stream, merge, shards, split};
use serde_json::{Value as Json, json};

use crate::put_request::{Form, batch, single};

const CODE: &str = "ProvisionedThroughputExceededException";
const LONG: Duration = Duration::from_secs(3600);

async fn throttled(count: u16) -> (Kinesis, Throttle, Vec<Shard>) {
    let throttle = Throttle::default();
    let kinesis = Kinesis::start_on(0, |service| throttle.wrap(service)).await.unwrap();
    let shards = create_stream(&kinesis.client(), "s", count).await.unwrap();
    (kinesis, throttle, shards)
}

fn holds(shard: &Shard, key: &str) -> bool {
    (shard.first_hash_key..=shard.last_hash_key).contains(&HashKey::of(key))
}

fn keys(shard: &Shard, count: usize) -> Vec<String> {
    (0..).map(|n: u32| n.to_string()).filter(|key| holds(shard, key)).take(count).collect()
}

#[tokio::test]
async fn only_records_of_the_throttled_shard_are_refused_and_the_others_are_where_they_belong() {
    let (kinesis, throttle, shards) = throttled(3).await;
    throttle.throttle("s", &shards[1].shard, LONG);
    for form in Form::ALL {
        let keys: Vec<_> = shards.iter().flat_map(|shard| keys(shard, 2)).collect();
        let records: Vec<_> = keys.iter().map(|key| (key.as_str(), key.as_bytes())).collect();
        let (status, answer) = form.ask(&kinesis, "PutRecords", &batch("s", &records)).await;
        assert_eq!((status, &answer["FailedRecordCount"]), (StatusCode::OK, &json!(2)), "{form:?} {answer}");
        for (key, told) in keys.iter().zip(answer["Records"].as_array().unwrap()) {
            let home = shards.iter().find(|shard| holds(shard, key)).unwrap();
            if home.shard == shards[1].shard {
                assert_eq!((&told["ErrorCode"], &told["ShardId"]), (&json!(CODE), &Json::Null), "{form:?}");
                assert!(told["ErrorMessage"].as_str().unwrap().contains(&home.shard));
            } else {
                assert_eq!((&told["ShardId"], &told["ErrorCode"]), (&json!(home.shard), &Json::Null), "{form:?}");
            }
        }
    }
    assert_eq!(kinesis.stored(), 8);
}

#[tokio::test]
async fn a_single_record_is_refused_as_a_whole_and_an_explicit_hash_key_decides_before_the_partition_key() {
    let (kinesis, throttle, shards) = throttled(2).await;
    throttle.throttle("s", &shards[0].shard, LONG);
    for form in Form::ALL {
        let mut request = single("s", &keys(&shards[0], 1)[0], b"x");
        let (status, answer) = form.ask(&kinesis, "PutRecord", &request).await;
        assert_eq!((status, &answer["__type"]), (StatusCode::BAD_REQUEST, &json!(CODE)), "{form:?}");
        request["ExplicitHashKey"] = json!(shards[1].first_hash_key.to_string());
        let (status, answer) = form.ask(&kinesis, "PutRecord", &request).await;
        assert_eq!((status, &answer["ShardId"]), (StatusCode::OK, &json!(shards[1].shard)), "{form:?}");
        request["PartitionKey"] = json!(keys(&shards[1], 1)[0]);
        request["ExplicitHashKey"] = json!(shards[0].last_hash_key.to_string());
        let (status, _) = form.ask(&kinesis, "PutRecord", &request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{form:?}");
    }
}

#[tokio::test]
async fn a_throttle_ends_by_itself_and_can_be_ended() {
    let (kinesis, throttle, shards) = throttled(1).await;
    let shard = &shards[0].shard;
    let put = || async { Form::Json.ask(&kinesis, "PutRecord", &single("s", "k", b"x")).await.0 };
    assert_eq!(throttle.remaining("s", shard), Duration::ZERO);
    throttle.throttle("s", shard, Duration::MAX);
    assert!(throttle.remaining("s", shard) > LONG);
    assert_eq!(put().await, StatusCode::BAD_REQUEST);
    throttle.throttle("s", shard, Duration::ZERO);
    assert_eq!((put().await, throttle.remaining("s", shard)), (StatusCode::OK, Duration::ZERO));
    throttle.throttle("another", shard, LONG);
    throttle.throttle("s", "shardId-000000000009", LONG);
    assert_eq!(put().await, StatusCode::OK);
    throttle.throttle("s", shard, LONG);
    assert_eq!(put().await, StatusCode::BAD_REQUEST);
    tokio::time::pause();
    tokio::time::advance(LONG).await;
    tokio::time::resume();
    assert_eq!(put().await, StatusCode::OK);
}

#[tokio::test]
async fn those_that_took_over_from_a_throttled_shard_are_not_throttled() {
    let (kinesis, throttle, shards) = throttled(1).await;
    throttle.throttle("s", &shards[0].shard, LONG);
    let put = || async { Form::Json.ask(&kinesis, "PutRecord", &single("s", "k", b"x")).await.0 };
    assert_eq!(put().await, StatusCode::BAD_REQUEST);
    split(&kinesis.client(), "s", &shards[0].shard).await.unwrap();
    assert_eq!(put().await, StatusCode::OK);
}

#[tokio::test]
async fn a_shard_is_split_in_the_middle_and_its_halves_are_merged_in_either_order() {
    let (kinesis, _, before) = throttled(2).await;
    let client = kinesis.client();
    split(&client, "s", &before[0].shard).await.unwrap();
    let halves: Vec<_> = shards(&client, "s").await.unwrap().split_off(2);
    let width = |shard: &Shard| u128::from(shard.last_hash_key) - u128::from(shard.first_hash_key);
    assert!(halves.iter().all(|half| half.parents == [before[0].shard.clone()]));
    assert!(width(&halves[0]).abs_diff(width(&halves[1])) <= 1);
    merge(&client, "s", &halves[1].shard, &halves[0].shard).await.unwrap();
    let whole = shards(&client, "s").await.unwrap().pop().unwrap();
    assert_eq!(whole.parents, [halves[0].shard.clone(), halves[1].shard.clone()]);
    assert_eq!((whole.first_hash_key, whole.last_hash_key), (before[0].first_hash_key, before[0].last_hash_key));
}

#[tokio::test]
async fn what_cannot_be_split_or_merged_is_an_error_that_names_what_can() {
    let (kinesis, _, all) = throttled(3).await;
    let client = kinesis.client();
    let error = split(&client, "s", "shardId-000000000009").await.unwrap_err();
    assert!(all.iter().all(|shard| error.to_string().contains(&shard.shard)), "{error}");
    let error = merge(&client, "s", &all[0].shard, &all[2].shard).await.unwrap_err();
    assert!(matches!(error, StreamError::NotAdjacent { .. }), "{error}");
    let error = merge(&client, "s", &all[0].shard, &all[0].shard).await.unwrap_err();
    assert!(matches!(error, StreamError::NotAdjacent { .. }), "{error}");
    split(&client, "s", &all[0].shard).await.unwrap();
    let error = split(&client, "s", &all[0].shard).await.unwrap_err();
    assert!(matches!(error, StreamError::NotOpen { .. }), "{error}");
}
