//! The embedded broker under a real client, and what its faults do to it.
#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use kinetrace_testbed::event_source_mapping::kafka::Source as _;
use kinetrace_testbed::kafka::faults::{Decision, Fault, Faults};
use kinetrace_testbed::kafka::{Broker, KafkaError, Logged, Topic, TopicSource};
use krafka::Record;
use krafka::producer::Producer;

/// So that a request that hangs is given up soon. A connection that is reset is given up at once.
const ATTEMPT: Duration = Duration::from_millis(200);

async fn producer(broker: &Broker, idempotent: bool) -> Producer {
    let builder = krafka::Kafka::builder(broker.bootstrap_servers()).request_timeout(ATTEMPT).connect_timeout(ATTEMPT);
    let kafka = builder.connect().await.unwrap();
    let builder =
        kafka.producer().idempotent(idempotent).linger(Duration::ZERO).retry_backoff(Duration::from_millis(5));
    builder.build().await.unwrap()
}

async fn log(topic: &Topic, partitions: i32, records: usize) -> Vec<Logged> {
    let log = topic.read(partitions).await.unwrap();
    let mut logged = Vec::new();
    while logged.len() < records {
        let next = log.next(Duration::from_secs(5)).await.unwrap();
        assert!(!next.is_empty(), "{} of {records} records are there", logged.len());
        logged.extend(next);
    }
    logged
}

#[tokio::test]
async fn every_fault_writes_what_it_says_and_an_idempotent_producer_ends_with_one_copy_of_each_record_in_order() {
    for fault in Fault::ALL {
        let faults = Faults::scripted([Decision::default(), fault.into()]);
        let broker = Broker::start_behind(faults.clone()).await.unwrap();
        let topic = Topic::create(&broker.bootstrap_servers(), "flights", 1).await.unwrap();
        let producer = producer(&broker, true).await;
        for number in 0..3 {
            let sent = producer.send(Record::new("flights", number.to_string()).key("N14228")).await;
            assert_eq!(sent.unwrap().offset, number, "{fault:?}");
        }
        assert_eq!(faults.tally().of(fault), 1, "{fault:?}");
        let values: Vec<_> = log(&topic, 1, 3).await.into_iter().map(|record| record.value.unwrap()).collect();
        assert_eq!(values, ["0", "1", "2"], "{fault:?}");
        assert_eq!(broker.stored("flights"), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_written_before_the_answer_is_lost_stands_twice_in_the_log_of_a_producer_that_is_not_idempotent() {
    for fault in Fault::ALL {
        let broker = Broker::start_behind(Faults::scripted([fault.into()])).await.unwrap();
        let topic = Topic::create(&broker.bootstrap_servers(), "flights", 1).await.unwrap();
        let sent = producer(&broker, false).await.send(Record::new("flights", "0").key("N14228")).await;
        assert!(sent.is_ok(), "{fault:?}: {sent:?}");
        let copies = match fault {
            Fault::ErrorBefore | Fault::Unavailable | Fault::HangBefore | Fault::ResetBefore => 1,
            Fault::ErrorAfter | Fault::HangAfter | Fault::ResetAfter => 2,
        };
        assert_eq!(log(&topic, 1, copies).await.len(), copies, "{fault:?}");
        assert_eq!(broker.stored("flights"), copies as u64, "{fault:?}");
    }
}

#[tokio::test]
async fn records_come_back_as_they_were_sent_from_where_they_were_sent_also_after_the_topic_has_grown() {
    let broker = Broker::start().await.unwrap();
    let topic = Topic::create(&broker.bootstrap_servers(), "flights", 2).await.unwrap();
    let log = topic.read(2).await.unwrap();
    for (partitions, expected) in [(2, 2), (5, 4)] {
        if partitions > 2 {
            broker.grow(&topic, partitions).await.unwrap();
            log.extend_to(partitions).await.unwrap();
        }
        let producer = producer(&broker, true).await;
        let tombstone = Record::tombstone("flights", "N1").null_header("none").header("a", "1").header("a", "2");
        let mut sent = vec![producer.send(tombstone).await.unwrap()];
        sent.push(producer.send(Record::new("flights", "{}").key("N2")).await.unwrap());
        let mut read = Vec::new();
        while read.len() < 2 {
            read.extend(log.next(Duration::from_secs(5)).await.unwrap());
        }
        read.sort_by(|a, b| a.key.cmp(&b.key));
        let place = |sent: &krafka::producer::RecordMetadata| (sent.partition, sent.offset);
        let expected_places: Vec<_> = sent.iter().map(place).collect();
        assert_eq!(read.iter().map(|read| (read.partition, read.offset)).collect::<Vec<_>>(), expected_places);
        assert_eq!((read[0].value.clone(), read[1].value.as_deref()), (None, Some(&b"{}"[..])));
        let headers: Vec<_> = read[0].headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(headers, [("none", None), ("a", Some(&b"1"[..])), ("a", Some(b"2"))]);
        assert_eq!(broker.stored("flights"), expected);
    }
}

#[tokio::test]
async fn a_topic_that_cannot_be_made_is_an_error_that_says_what_to_look_at() {
    let broker = Broker::start().await.unwrap();
    let topic = Topic::create(&broker.bootstrap_servers(), "flights", 1).await.unwrap();
    let again = Topic::create(&broker.bootstrap_servers(), "flights", 1).await.unwrap_err();
    assert!(matches!(again, KafkaError::Refused { action: "create", .. }), "{again:?}");
    assert!(again.to_string().contains("whether another program uses that topic"), "{again}");
    topic.delete().await.unwrap();
    Topic::create(&broker.bootstrap_servers(), "flights", 1).await.unwrap();
    let unreachable = Topic::create("127.0.0.1:1", "flights", 1).await.unwrap_err();
    assert!(unreachable.to_string().starts_with("no Kafka broker answers at `127.0.0.1:1`"), "{unreachable}");
}

#[tokio::test]
async fn a_mapping_reads_a_partition_page_by_page_from_any_offset_and_sees_partitions_that_are_added() {
    let broker = Broker::start().await.unwrap();
    let topic = Topic::create(&broker.bootstrap_servers(), "flights", 1).await.unwrap();
    let source = TopicSource::new(topic.clone());
    let producer = producer(&broker, true).await;
    for number in 0..5 {
        let sent = producer.send(Record::new("flights", number.to_string()).key("N1").header("n", "1")).await;
        assert_eq!(sent.unwrap().offset, number);
    }
    for (offset, most, expected) in [(0, 2, vec![0, 1]), (2, 9, vec![2, 3, 4]), (1, 1, vec![1]), (2, 1, vec![2])] {
        let page = source.fetch(0, offset, most).await.unwrap();
        assert_eq!(
            page.records.iter().map(|record| record.offset).collect::<Vec<_>>(),
            expected,
            "{most} from {offset}"
        );
        assert_eq!(page.next_offset, offset + i64::try_from(expected.len()).unwrap(), "{most} from {offset}");
    }
    let last = source.fetch(0, 4, 9).await.unwrap();
    let record = &last.records[0];
    assert_eq!((record.key.as_deref(), record.value.as_deref()), (Some(&b"N1"[..]), Some(&b"4"[..])));
    assert_eq!(record.headers, [("n".into(), Some("1".into()))]);
    assert!(source.fetch(0, 5, 9).await.unwrap().records.is_empty());
    assert_eq!(source.partitions().await.unwrap(), 1);
    broker.grow(&topic, 3).await.unwrap();
    assert_eq!(source.partitions().await.unwrap(), 3);
    assert!(source.fetch(2, 0, 9).await.unwrap().records.is_empty());
}
