use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, ShardIteratorType};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use kinetrace::HashKey;
use kinetrace::history::Shard;
use kinetrace_testbed::kinesis::{self, Kinesis, create_stream, delete_stream};

fn owner<'a>(shards: &'a [Shard], key: &str) -> &'a str {
    let place = HashKey::of(key);
    let owner = shards.iter().find(|shard| (shard.first_hash_key..=shard.last_hash_key).contains(&place));
    &owner.unwrap().shard
}

async fn first_record(client: &Client, shard: &str) -> Vec<u8> {
    let iterator = client.get_shard_iterator().stream_name("s").shard_id(shard);
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
    let records = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
    records.records()[0].data().as_ref().to_vec()
}

#[tokio::test]
async fn a_record_is_on_the_shard_its_md5_says_with_the_bytes_that_were_put() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    let shards = create_stream(&client, "s", 4).await.unwrap();
    assert_eq!(shards.len(), 4);
    for (key, payload) in [("N14228", &b"{\"b\":1, \"a\":2.10}"[..]), ("N24211", b"\x00\xff")] {
        let put = client.put_record().stream_name("s").partition_key(key).data(Blob::new(payload)).send().await;
        assert_eq!(put.unwrap().shard_id(), owner(&shards, key));
        assert_eq!(first_record(&client, owner(&shards, key)).await, payload);
    }
}

#[tokio::test]
async fn a_request_over_the_web_servers_default_limit_is_taken() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    create_stream(&client, "s", 1).await.unwrap();
    let megabyte = PutRecordsRequestEntry::builder().partition_key("k").data(Blob::new(vec![0; 1024 * 1024]));
    let records = vec![megabyte.build().unwrap(); 4];
    let put = client.put_records().stream_name("s").set_records(Some(records)).send().await.unwrap();
    assert_eq!(put.failed_record_count(), Some(0));
}

#[tokio::test]
async fn a_deleted_stream_can_be_made_again_and_an_existing_one_cannot() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis::client(kinesis.endpoint());
    create_stream(&client, "s", 11).await.unwrap();
    let error = create_stream(&client, "s", 1).await.unwrap_err();
    assert!(error.to_string().contains("`s`"), "{error}");
    delete_stream(&client, "s").await.unwrap();
    assert_eq!(create_stream(&client, "s", 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrapped_around_the_service_sees_every_request() {
    let seen = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&seen);
    let layer = from_fn(move |request: Request, next: Next| {
        count.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    });
    let kinesis = Kinesis::start_behind(|service| service.layer(layer)).await.unwrap();
    kinesis.client().list_streams().send().await.unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_that_keeps_up_misses_nothing_that_is_put_meanwhile() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    let shards = create_stream(&client, "s", 1).await.unwrap();
    let writers = (0..8).map(|writer| {
        let client = client.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                let put = client.put_record().stream_name("s").partition_key(writer.to_string()).data(Blob::new(b"x"));
                put.send().await.unwrap();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let iterator = client.get_shard_iterator().stream_name("s").shard_id(&shards[0].shard);
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
    let (mut iterator, mut seen) = (iterator.shard_iterator, 0);
    loop {
        let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let page = client.get_records().set_shard_iterator(iterator).send().await.unwrap();
        seen += page.records().len();
        iterator = page.next_shard_iterator;
        if finished {
            break;
        }
    }
    assert_eq!(seen, 8 * 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_that_is_put_during_splits_and_merges_is_lost_and_every_shard_has_its_parents() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    create_stream(&client, "s", 2).await.unwrap();
    let writers = (0..8).map(|writer| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut places = Vec::new();
            for _ in 0..50 {
                let put = client.put_record().stream_name("s").partition_key(writer.to_string()).data(Blob::new(b"x"));
                let ack = put.send().await.unwrap();
                places.push((ack.shard_id, ack.sequence_number));
            }
            places
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut operations = Vec::new();
    for step in 0..kinesis::STEPS {
        operations.extend(kinesis::reshard(&client, "s", step).await.unwrap());
    }
    let mut acknowledged = HashSet::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    assert_eq!(acknowledged.len(), 8 * 50, "two records have one number");
    let shards = kinesis::shards(&client, "s").await.unwrap();
    let parents: Vec<_> = shards.iter().map(|shard| shard.parents.len()).collect();
    assert_eq!((parents, operations.len()), (vec![0, 0, 1, 1, 1, 1, 2, 1, 1, 1, 1], 5));
    let mut stored = HashSet::new();
    for shard in shards {
        let iterator = client.get_shard_iterator().stream_name("s").shard_id(&shard.shard);
        let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
        let page = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
        stored.extend(page.records.into_iter().map(|record| (shard.shard.clone(), record.sequence_number)));
    }
    assert_eq!(stored, acknowledged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_split_has_taken_effect_when_it_is_answered() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    let mut last = create_stream(&client, "s", 1).await.unwrap().remove(0);
    for split in 1..=20 {
        let middle = u128::from(last.last_hash_key) - u128::from(last.last_hash_key) / 4;
        let middle = middle.max(u128::from(last.first_hash_key) + 2);
        let request = client.split_shard().stream_name("s").shard_to_split(&last.shard);
        request.new_starting_hash_key(middle.to_string()).send().await.unwrap();
        let mut shards = kinesis::shards(&client, "s").await.unwrap();
        assert_eq!(shards.len(), 1 + 2 * split, "the shards of the split are not there");
        last = shards.remove(2 * split);
    }
}

#[tokio::test]
async fn a_trimmed_stream_begins_after_the_record_through_which_it_was_trimmed() {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    let shards = create_stream(&client, "s", 2).await.unwrap();
    let mut numbers = Vec::new();
    for data in 0..5_u8 {
        let put = client.put_record().stream_name("s").partition_key("N14228").data(Blob::new([data]));
        numbers.push(put.send().await.unwrap().sequence_number.into());
    }
    let shard = owner(&shards, "N14228");
    let other = shards.iter().find(|other| other.shard != shard).unwrap();
    assert_eq!(kinesis.trim("s", &other.shard, &numbers[4]).await, 0);
    assert_eq!(kinesis.trim("s", "no shard", &numbers[4]).await, 0);
    assert_eq!((kinesis.trim("s", shard, &numbers[1]).await, kinesis.stored()), (2, 3));
    assert_eq!(first_record(&client, shard).await, [2]);
    assert_eq!((kinesis.trim("s", shard, &numbers[1]).await, kinesis.stored()), (0, 3));
    // A reader that had come as far as a record that is gone.
    let iterator = client.get_shard_iterator().stream_name("s").shard_id(shard);
    let iterator = iterator.shard_iterator_type(ShardIteratorType::AfterSequenceNumber);
    let iterator = iterator.starting_sequence_number(numbers[0].as_str()).send().await.unwrap();
    let records = client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
    let data: Vec<_> = records.records().iter().map(|record| record.data().as_ref()[0]).collect();
    assert_eq!(data, [2, 3, 4]);
}

/// Puts and trims meet on one shard: each of the emulator's locks is taken by both, and one of them blocks its thread.
#[test]
fn trimming_while_records_are_put_ends_and_loses_none_of_them() {
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let _ = ended.send(runtime.block_on(async { tokio::spawn(put_and_trim()).await.unwrap() }));
    });
    // No limit within the runtime would be kept by threads that are blocked.
    let (trimmed, stored) = end.recv_timeout(Duration::from_secs(100)).expect("it ends");
    assert_eq!(trimmed + stored, 8 * 20 * 200);
}

/// How many records were trimmed, and how many are left.
async fn put_and_trim() -> (u64, u64) {
    let kinesis = Arc::new(Kinesis::start().await.unwrap());
    let client = kinesis.client();
    let shard = create_stream(&client, "s", 1).await.unwrap().remove(0).shard;
    let record = PutRecordsRequestEntry::builder().partition_key("k").data(Blob::new(vec![0; 64])).build().unwrap();
    let mut puts = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (client, kinesis, shard, record) = (client.clone(), Arc::clone(&kinesis), shard.clone(), record.clone());
        puts.spawn(async move {
            let mut trimmed = 0;
            for _ in 0..20 {
                let put = client.put_records().stream_name("s").set_records(Some(vec![record.clone(); 200]));
                let put = put.send().await.unwrap();
                let last = put.records().last().unwrap().sequence_number().unwrap();
                trimmed += kinesis.trim("s", &shard, &last.into()).await as u64;
            }
            trimmed
        });
    }
    (puts.join_all().await.into_iter().sum(), kinesis.stored())
}
