//! The mapping of a topic in memory, with a function that is a closure.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use kinetrace::SequenceNumber;
use serde_json::{Value, json};

use super::*;

/// A record as a function sees it: its partition and offset.
type Place = (u64, u64);

/// A function that says of each event which records it is done with, and what it answers.
struct Fake<F> {
    events: Mutex<Vec<Value>>,
    /// In the order in which the function was done with them, each time.
    done: Mutex<Vec<Place>>,
    answer: F,
}

impl<F: Fn(usize, &[Place]) -> (usize, Result<Value, String>) + Send + Sync + 'static> Invoke for Fake<F> {
    type Error = String;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, String> {
        let event: Value = serde_json::from_slice(&event).map_err(|error| error.to_string())?;
        let records = event["records"].as_object().unwrap().values().flat_map(|list| list.as_array().unwrap());
        let place = |it: &Value| (it["partition"].as_u64().unwrap(), it["offset"].as_u64().unwrap());
        let places: Vec<_> = records.map(place).collect();
        tokio::task::yield_now().await;
        let mut events = self.events.lock().unwrap();
        let (done, answer) = (self.answer)(events.len(), &places);
        events.push(event);
        self.done.lock().unwrap().extend(&places[..done]);
        answer.map(|answer| answer.to_string().into())
    }
}

fn fake<F: Fn(usize, &[Place]) -> (usize, Result<Value, String>) + Send + Sync + 'static>(answer: F) -> Arc<Fake<F>> {
    Arc::new(Fake { events: Mutex::default(), done: Mutex::default(), answer })
}

/// A topic with so many records in each partition.
fn log(counts: &[u64]) -> (PartitionLog, Vec<(String, SequenceNumber)>) {
    let log = PartitionLog::new("my-flights", u32::try_from(counts.len()).unwrap());
    let mut acknowledged = Vec::new();
    for (partition, count) in (0..).zip(counts) {
        acknowledged.extend((0..*count).map(|_| append(&log, partition)));
    }
    (log, acknowledged)
}

fn append(log: &PartitionLog, partition: u32) -> (String, SequenceNumber) {
    let (timestamp_type, value) = (TimestampType::CreateTime, Some("{}".into()));
    let record = Record { partition, offset: 0, timestamp: 0, timestamp_type, key: None, value, headers: Vec::new() };
    (partition.to_string(), log.append(record).unwrap().to_string().into())
}

fn reporting(reading: Reading) -> Settings {
    let provisioned = Provisioned { report_batch_item_failures: Some(reading), ..Provisioned::default() };
    Settings { mode: Mode::Provisioned(provisioned), ..Settings::default() }
}

/// What a function did with a topic of one partition of six records, of which it fails the third once.
async fn done<F>(settings: Settings, answer: F) -> Vec<u64>
where
    F: Fn(usize, &[Place]) -> (usize, Result<Value, String>) + Send + Sync + 'static,
{
    let (log, acknowledged) = log(&[6]);
    let function = fake(answer);
    let settings = Settings { batch_size: 6, deal_percent: 0, ..settings };
    let mapping = start(Arc::new(log), settings, Arc::clone(&function)).unwrap();
    mapping.drain(acknowledged).await.unwrap();
    mapping.stop().await;
    function.done.lock().unwrap().iter().map(|(_, offset)| *offset).collect()
}

fn kafka_item((partition, offset): Place) -> Value {
    json!({"itemIdentifier": {"partition": format!("my-flights-{partition}"), "offset": offset}})
}

/// Of the first event the function is done with two records, then with all.
fn fails_once(
    event: usize,
    places: &[Place],
    answer: impl Fn(&[Place]) -> Result<Value, String>,
) -> (usize, Result<Value, String>) {
    if event == 0 { (2, answer(&places[2..])) } else { (places.len(), Ok(Value::Null)) }
}

#[tokio::test]
async fn an_answer_in_kinesis_shape_loses_what_failed_on_demand_and_is_a_failure_where_items_are_read() {
    let answer = |event: usize, places: &[Place]| {
        let item = |left: &[Place]| Ok(json!({"batchItemFailures": [{"itemIdentifier": left[0].1.to_string()}]}));
        fails_once(event, places, item)
    };
    assert_eq!(done(Settings::default(), answer).await, [0, 1], "records 2 to 5 are lost");
    for reading in [Reading::Rewind, Reading::Items, Reading::ItemsLater] {
        assert_eq!(done(reporting(reading), answer).await, [0, 1, 0, 1, 2, 3, 4, 5], "{reading:?}");
    }
}

#[tokio::test]
async fn the_first_item_alone_is_enough_where_a_partition_rewinds_and_loses_the_rest_where_only_items_come_again() {
    let answer = |event: usize, places: &[Place]| {
        fails_once(event, places, |left| Ok(json!({"batchItemFailures": [kafka_item(left[0])]})))
    };
    assert_eq!(done(Settings::default(), answer).await, [0, 1], "on demand, records 2 to 5 are lost");
    assert_eq!(done(reporting(Reading::Rewind), answer).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(done(reporting(Reading::Items), answer).await, [0, 1, 2], "records 3 to 5 are lost");
}

#[tokio::test]
async fn every_item_from_the_first_unfinished_one_on_is_right_under_each_reading() {
    let answer = |event: usize, places: &[Place]| {
        let items =
            |left: &[Place]| Ok(json!({"batchItemFailures": left.iter().copied().map(kafka_item).collect::<Vec<_>>()}));
        fails_once(event, places, items)
    };
    for reading in [Reading::Rewind, Reading::Items, Reading::ItemsLater] {
        assert_eq!(done(reporting(reading), answer).await, [0, 1, 2, 3, 4, 5], "{reading:?}");
    }
    assert_eq!(done(Settings::default(), answer).await, [0, 1], "on demand, records 2 to 5 are lost");
}

#[tokio::test]
async fn an_invocation_that_fails_is_right_for_every_mapping() {
    let answer = |event: usize, places: &[Place]| fails_once(event, places, |_| Err("boom".into()));
    for settings in [Settings::default(), reporting(Reading::Rewind), reporting(Reading::Items)] {
        assert_eq!(done(settings.clone(), answer).await, [0, 1, 0, 1, 2, 3, 4, 5], "{settings:?}");
    }
}

#[tokio::test]
async fn every_partition_is_delivered_in_its_order_whatever_is_dealt_and_failed_and_while_the_topic_grows() {
    let mut batches_of_several = 0;
    for seed in 0..20 {
        let (log, mut acknowledged) = log(&[40, 30, 0]);
        log.skip_offset(0);
        let function = fake(
            |event, places| if event % 4 == 3 { (0, Err("boom".into())) } else { (places.len(), Ok(Value::Null)) },
        );
        let settings = Settings {
            batch_size: 7,
            pollers: 2,
            deal_percent: 30,
            redelivery_percent: 30,
            seed,
            ..Settings::default()
        };
        let mapping = start(Arc::new(log.clone()), settings, Arc::clone(&function)).unwrap();
        mapping.drain(acknowledged.clone()).await.unwrap();
        log.grow(5);
        let more: Vec<_> = (0..50).map(|number| append(&log, number % 5)).collect();
        mapping.drain(more.clone()).await.unwrap();
        mapping.stop().await;
        acknowledged.extend(more);
        let (mut firsts, mut seen) = (BTreeMap::<u64, Vec<u64>>::new(), BTreeSet::new());
        for (partition, offset) in function.done.lock().unwrap().iter().copied() {
            if seen.insert((partition, offset)) {
                firsts.entry(partition).or_default().push(offset);
            }
        }
        assert_eq!(seen.len(), acknowledged.len(), "seed {seed}");
        firsts.values().for_each(|offsets| assert!(offsets.is_sorted(), "seed {seed}: {firsts:?}"));
        let several = |event: &&Value| event["records"].as_object().unwrap().len() > 1;
        batches_of_several += function.events.lock().unwrap().iter().filter(several).count();
    }
    assert!(batches_of_several > 20, "{batches_of_several} batches of several partitions");
}

#[tokio::test]
async fn a_bad_record_is_discarded_after_its_retries_and_counts_as_settled() {
    let (log, acknowledged) = log(&[5]);
    let function =
        fake(|_, places| if places == [(0, 2)] { (0, Err("bad".into())) } else { (places.len(), Ok(Value::Null)) });
    let provisioned = Provisioned { maximum_retry_attempts: Some(2), ..Provisioned::default() };
    let settings =
        Settings { batch_size: 1, deal_percent: 0, mode: Mode::Provisioned(provisioned), ..Settings::default() };
    let mapping = start(Arc::new(log), settings, Arc::clone(&function)).unwrap();
    mapping.drain(acknowledged).await.unwrap();
    assert_eq!(*function.done.lock().unwrap(), [(0, 0), (0, 1), (0, 3), (0, 4)]);
    let report = mapping.stop().await;
    assert_eq!(report.invocations, 4 + 3);
    let [discard] = report.discards.as_slice() else { panic!("{:?}", report.discards) };
    assert_eq!((discard.condition, discard.records[0].offset), (Condition::RetryAttemptsExhausted, 2));
    assert_eq!(discard.reason, "the function failed: bad");
}

#[tokio::test]
async fn a_record_that_is_too_old_is_discarded_and_never_handed_to_the_function() {
    let (log, acknowledged) = log(&[2]);
    let function = fake(|_, places| (places.len(), Ok(Value::Null)));
    let maximum_record_age = Some(std::time::Duration::from_secs(60));
    let mode = Mode::Provisioned(Provisioned { maximum_record_age, ..Provisioned::default() });
    let mapping = start(Arc::new(log), Settings { mode, ..Settings::default() }, Arc::clone(&function)).unwrap();
    mapping.drain(acknowledged).await.unwrap();
    let discards = mapping.stop().await.discards;
    assert!(discards.iter().all(|discard| discard.condition == Condition::RecordAgeExceeded), "{discards:?}");
    assert_eq!(discards.iter().map(|discard| discard.records.len()).sum::<usize>(), 2);
    assert_eq!(function.events.lock().unwrap().len(), 0);
}

/// A source that fails, or leaves out its second record.
struct Broken(Option<PartitionLog>);

impl Source for Broken {
    type Error = io::Error;

    fn topic(&self) -> &str {
        "my-flights"
    }

    async fn partitions(&self) -> io::Result<u32> {
        Ok(1)
    }

    async fn fetch(&self, partition: u32, offset: i64, most: usize) -> io::Result<Page> {
        let Some(log) = &self.0 else { return Err(io::ErrorKind::ConnectionRefused.into()) };
        let mut page = log.fetch(partition, offset, most).await.unwrap();
        page.records.retain(|record| record.offset != 1);
        Ok(page)
    }
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_gone_or_loses_a_record_ends_the_wait_with_what_was_asked_for() {
    let (log, acknowledged) = log(&[3]);
    let table = [
        (Broken(None), "a read on partition 0 of topic my-flights failed 50 times"),
        (Broken(Some(log)), "reads pass over 0:1, which was acknowledged"),
    ];
    for (source, message) in table {
        let function = fake(|_, places| (places.len(), Ok(Value::Null)));
        let mapping = start(Arc::new(source), Settings::default(), function).unwrap();
        let error = mapping.drain(acknowledged.clone()).await.unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}
