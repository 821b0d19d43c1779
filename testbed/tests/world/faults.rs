//! Each fault: what the SDK's client sees of it, and what the stream holds after it.

use std::fmt::Debug;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::operation::put_records::PutRecordsOutput;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, ShardIteratorType};
use kinetrace_testbed::kinesis::faults::{Decision, EntryFault, Fault, Faults, Level, SLOWNESS};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use tokio::time::{Instant, timeout};

/// Far above what an answer takes, and all that a hang costs.
const ATTEMPT: Duration = Duration::from_millis(250);

/// How long a test waits for what must happen, before it fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

struct World {
    _kinesis: Kinesis,
    faults: Faults,
    client: Client,
}

async fn behind(faults: Faults) -> World {
    let kinesis = Kinesis::start_behind(|service| faults.wrap(service)).await.unwrap();
    let once = kinesis.client().config().to_builder().retry_config(RetryConfig::disabled());
    let once = once.timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build());
    let client = Client::from_conf(once.build());
    create_stream(&client, "s", 1).await.unwrap();
    World { _kinesis: kinesis, faults, client }
}

async fn script(script: impl IntoIterator<Item = Decision>) -> World {
    behind(Faults::scripted(script)).await
}

impl World {
    /// A PutRecord; in words, what the client sees.
    async fn put(&self, data: &str) -> String {
        let put = self.client.put_record().stream_name("s").partition_key("k").data(Blob::new(data)).send().await;
        put.map_or_else(|error| words(&error), |_| "ok".to_owned())
    }

    /// A PutRecords, an entry for each letter.
    async fn put_all(&self, letters: &str) -> Result<PutRecordsOutput, String> {
        let entry =
            |letter: char| PutRecordsRequestEntry::builder().partition_key("k").data(Blob::new(letter.to_string()));
        let entries = letters.chars().map(|letter| entry(letter).build().unwrap()).collect();
        let put = self.client.put_records().stream_name("s").set_records(Some(entries)).send().await;
        put.map_err(|error| words(&error))
    }

    /// What the stream holds: the data of its records, with their numbers.
    async fn stored(&self) -> Vec<(String, String)> {
        let iterator = self.client.get_shard_iterator().stream_name("s").shard_id("shardId-000000000000");
        let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
        let page = self.client.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
        let text = |data: &Blob| String::from_utf8(data.as_ref().to_vec()).unwrap();
        page.records().iter().map(|it| (text(it.data()), it.sequence_number().to_owned())).collect()
    }

    async fn held(&self) -> String {
        self.stored().await.into_iter().map(|(data, _)| data).collect()
    }
}

fn words<E: ProvideErrorMetadata + Debug>(error: &SdkError<E>) -> String {
    match error {
        SdkError::ServiceError(answer) => {
            format!("{} {}", answer.raw().status().as_u16(), error.code().unwrap_or_default())
        }
        SdkError::TimeoutError(_) => "timeout".to_owned(),
        SdkError::DispatchFailure(failure) if format!("{failure:?}").contains("IncompleteMessage") => {
            "closed".to_owned()
        }
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn each_fault_shows_the_client_what_it_says_and_leaves_in_the_stream_what_it_says() {
    // What the stream holds right after the put of a, and after that of b, which passes.
    let table = [
        (Fault::Throttled, "400 ProvisionedThroughputExceededException", "", "b"),
        (Fault::ErrorBefore, "500 InternalFailure", "", "b"),
        (Fault::Unavailable, "503 ServiceUnavailable", "", "b"),
        (Fault::ErrorAfter, "500 InternalFailure", "a", "ab"),
        (Fault::HangBefore, "timeout", "", "b"),
        (Fault::HangAfter, "timeout", "a", "ab"),
        (Fault::ResetBefore, "closed", "", "b"),
        (Fault::ResetAfter, "closed", "a", "ab"),
        (Fault::Duplicate, "ok", "aa", "aab"),
        (Fault::Late, "closed", "", "ab"),
    ];
    assert_eq!(table.map(|(fault, ..)| fault), Fault::ALL);
    for (fault, seen, stored, then) in table {
        for many in [false, true] {
            let world = script([fault.into()]).await;
            let got = if many {
                world.put_all("a").await.map_or_else(|error| error, |_| "ok".to_owned())
            } else {
                world.put("a").await
            };
            assert_eq!((got.as_str(), world.held().await.as_str()), (seen, stored), "{fault:?}");
            assert_eq!(world.faults.tally().of(fault), 1);
            assert_eq!(world.put("b").await, "ok", "{fault:?}");
            assert_eq!(world.held().await, then, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn failed_entries_are_told_in_their_places_and_the_others_are_in_the_stream() {
    let entries = [Some(EntryFault::Throttled), None, Some(EntryFault::InternalFailure), None];
    let world = script([entries.into()]).await;
    let answer = world.put_all("abcd").await.unwrap();
    let codes: Vec<_> = answer.records().iter().map(|it| it.error_code()).collect();
    assert_eq!(codes, entries.map(|fault| fault.map(EntryFault::code)));
    assert_eq!(answer.failed_record_count(), Some(2));
    let stored = world.stored().await;
    let told: Vec<_> = answer.records().iter().filter_map(|it| it.sequence_number()).collect();
    assert_eq!(stored, [("b".to_owned(), told[0].to_owned()), ("d".to_owned(), told[1].to_owned())]);
}

#[tokio::test]
async fn all_entries_may_fail() {
    let world = script([[Some(EntryFault::Throttled); 2].into()]).await;
    assert_eq!(world.put_all("ab").await.unwrap().failed_record_count(), Some(2));
    assert_eq!(world.held().await, "");
}

#[tokio::test]
async fn the_answer_about_a_duplicate_tells_of_the_copy_that_was_asked_for() {
    for (tells_second, copy) in [(false, 0), (true, 1)] {
        let world = script([Decision { tells_second, ..Fault::Duplicate.into() }]).await;
        let told = world.put_all("a").await.unwrap().records()[0].sequence_number().unwrap().to_owned();
        assert_eq!(world.stored().await[copy].1, told);
    }
}

#[tokio::test]
async fn a_late_put_lands_after_as_many_others_as_it_says() {
    let world = script([Decision { late_by: 2, ..Fault::Late.into() }]).await;
    assert_eq!(world.put("a").await, "closed");
    for data in ["b", "c", "d"] {
        world.put(data).await;
    }
    assert_eq!(world.held().await, "bcad");
}

#[tokio::test]
async fn a_slow_put_takes_its_time_and_arrives() {
    let world = script([Decision { delay: Some(SLOWNESS), ..Decision::default() }]).await;
    let began = Instant::now();
    assert_eq!(world.put("a").await, "ok");
    assert!(began.elapsed() >= SLOWNESS);
    assert_eq!((world.held().await.as_str(), world.faults.tally().slow), ("a", 1));
}

#[tokio::test]
async fn a_hang_ends_when_the_client_gives_up() {
    for fault in [Fault::HangBefore, Fault::HangAfter] {
        let World { _kinesis: kinesis, faults, client } = script([fault.into()]).await;
        let put = client.put_record().stream_name("s").partition_key("k").data(Blob::new("a")).send().await;
        assert_eq!(words(&put.unwrap_err()), "timeout");
        drop((kinesis, client));
        // Every request in flight holds the faults.
        let ended = async {
            while !faults.is_last() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, ended).await.unwrap();
    }
}

#[tokio::test]
async fn the_same_seed_does_the_same_to_the_same_calls() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = behind(Faults::seeded(3, Level::Heavy)).await;
        let mut seen = Vec::new();
        for n in 0..20 {
            seen.push(world.put(&n.to_string()).await);
        }
        runs.push((seen, world.held().await, world.faults.tally()));
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].0.iter().any(|seen| seen != "ok"), "{runs:?}");
}
