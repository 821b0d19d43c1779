//! kinesis-local, in a process of its own: a Kinesis that shares nothing with the embedded one.

use std::process::Child;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, ShardIteratorType, StreamStatus};
use kinetrace::SequenceNumber;
use kinetrace_testbed::kinesis::{self, create_stream};
use serde::Deserialize;
use tokio::task::JoinHandle;

use crate::counterpart::serve;
use crate::program::node;

pub(crate) struct KinesisLocal {
    /// It serves until its standard input is closed.
    process: Child,
    pub(crate) endpoint: String,
}

#[derive(Deserialize)]
struct Ready {
    endpoint: String,
}

impl KinesisLocal {
    /// Without streams.
    pub(crate) fn start() -> Self {
        let (process, Ready { endpoint }) = serve(node("kinesis_local.js"));
        Self { process, endpoint }
    }

    fn client(&self) -> Client {
        kinesis::client(&self.endpoint)
    }

    /// The streams that nobody has deleted.
    pub(crate) async fn streams(&self) -> Vec<String> {
        let client = self.client();
        let mut left = Vec::new();
        for stream in client.list_streams().send().await.unwrap().stream_names {
            // One that is being deleted is listed for another half second.
            let status = client.describe_stream_summary().stream_name(&stream).send().await;
            let status = status.ok().and_then(|it| it.stream_description_summary).map(|it| it.stream_status);
            if status.is_some_and(|status| status != StreamStatus::Deleting) {
                left.push(stream);
            }
        }
        left
    }
}

impl Drop for KinesisLocal {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The embedded one does not without help: see `consistent.rs` in the testbed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs interop/run"]
async fn a_reader_that_keeps_up_misses_nothing_that_is_put_meanwhile_and_no_number_comes_twice() {
    let kinesis = KinesisLocal::start();
    let client = kinesis.client();
    let [shard] = &create_stream(&client, "s", 1).await.unwrap()[..] else { panic!("not one shard") };
    let writers: Vec<_> = (0..8).map(|writer| tokio::spawn(write(client.clone(), writer))).collect();
    let iterator = client.get_shard_iterator().stream_name("s").shard_id(&shard.shard);
    let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
    let (mut iterator, mut read) = (iterator.shard_iterator, Vec::new());
    loop {
        let finished = writers.iter().all(JoinHandle::is_finished);
        let page = client.get_records().set_shard_iterator(iterator).send().await.unwrap();
        read.extend(page.records.into_iter().map(|record| SequenceNumber::from(record.sequence_number)));
        iterator = page.next_shard_iterator;
        if finished {
            break;
        }
    }
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap().into_iter().map(SequenceNumber::from));
    }
    acknowledged.sort();
    assert!(acknowledged.is_sorted_by(|a, b| a < b), "two records have one number");
    assert_eq!((read.len(), read), (8 * 25 * 4, acknowledged));
}

/// Single records and requests of three, in turn.
async fn write(client: Client, writer: u8) -> Vec<String> {
    let (key, data) = (writer.to_string(), Blob::new(b"x"));
    let entry = PutRecordsRequestEntry::builder().partition_key(&key).data(data.clone()).build().unwrap();
    let mut numbers = Vec::new();
    for _ in 0..25 {
        let put = client.put_record().stream_name("s").partition_key(&key).data(data.clone()).send().await.unwrap();
        numbers.push(put.sequence_number);
        let put = client.put_records().stream_name("s").set_records(Some(vec![entry.clone(); 3])).send().await.unwrap();
        numbers.extend(put.records.into_iter().filter_map(|record| record.sequence_number));
    }
    numbers
}
