//! Events of Kafka, and what an invocation with one shows.

use kinetrace::history::ProcessOutcome;
use kinetrace_consumer::kafka::{Answer, BatchError};
use kinetrace_consumer::{Failure, Record};
use kinetrace_testing::{Event, Invoker, KafkaEvent, KafkaRecord, invoke};
use serde_json::json;

/// Fails on `fail`.
async fn handle(record: Record) -> Result<(), Failure> {
    if record.payload == "fail" { Err(Failure::retry("as asked")) } else { Ok(()) }
}

#[test]
fn an_event_is_written_as_lambda_sends_it() {
    let arn = "arn:aws:kafka:us-east-1:123456789012:cluster/flights/6b696e65-7472-6163-6500-000000000000-1";
    let record = KafkaRecord::new("1").key("k").header("h", [0x68, 0xc3].as_slice()).null_header("h");
    let event = KafkaEvent::new("my-flights").record(record).next_offset(7).tombstone("").partition(10).unreadable("k");
    let event = event.partition(2).record(KafkaRecord::new(""));
    let record = |partition: i32, offset: i64| {
        json!({"topic": "my-flights", "partition": partition, "offset": offset, "timestamp": 1_767_225_600_500_u64,
               "timestampType": "CREATE_TIME", "headers": []})
    };
    let with = |mut record: serde_json::Value, members: &[(&str, serde_json::Value)]| {
        members.iter().for_each(|(name, value)| record[name] = value.clone());
        record
    };
    let expected = json!({
        "eventSource": "aws:kafka",
        "eventSourceArn": arn,
        "bootstrapServers": "b-1.flights.example:9092,b-2.flights.example:9092",
        "records": {
            "my-flights-0": [
                with(record(0, 0), &[
                    ("key", json!("aw==")), ("value", json!("MQ==")), ("headers", json!([{"h": [104, -61]}, {"h": null}])),
                ]),
                with(record(0, 7), &[("key", json!(""))]),
            ],
            "my-flights-10": [with(record(10, 0), &[("key", json!("aw==")), ("value", json!("%%%"))])],
            "my-flights-2": [with(record(2, 0), &[("value", json!(""))])],
        },
    });
    assert_eq!(event.to_json(), expected);
    let own = event.self_managed().to_json();
    assert_eq!((&own["eventSource"], own.get("eventSourceArn")), (&json!("SelfManagedKafka"), None));
}

#[tokio::test]
async fn a_record_alone_is_continued_and_several_are_linked_to() {
    let event = KafkaEvent::new("flights").record(KafkaRecord::tombstone().key("N14228").traced());
    let invocation = invoke(handle, &event).await;
    let sent = event.context(0).unwrap();
    assert_eq!(invocation.span("consumer").parent_span_id, sent.span_id());
    let event = event.partition(1).untraced("N24211", "2").traced("N24211", "3");
    let invocation = invoke(handle, &event).await;
    for place in 0..3 {
        let links: Vec<_> = invocation.process_span(place).links.iter().map(|link| &link.span_context).collect();
        assert_eq!(links, event.context(place).into_iter().collect::<Vec<_>>(), "{place}");
    }
}

#[tokio::test]
async fn what_is_not_done_is_named_by_partition_whichever_way_lambda_is_told() {
    let event = KafkaEvent::new("flights").untraced("a", "1").untraced("a", "fail").untraced("a", "3");
    let event = event.partition(1).untraced("b", "4").partition(2).next_offset(4711).untraced("c", "fail");
    for (answer, is_error) in [(Answer::Error, true), (Answer::Items, false)] {
        let invocation = Invoker::new().kafka_answer(answer).invoke(handle, &event).await;
        assert_eq!(invocation.unfinished(), [("flights-0", 1), ("flights-2", 4711)], "{answer:?}");
        assert_eq!(invocation.kafka_answer().is_err(), is_error, "{invocation:?}");
        if let Ok(response) = invocation.kafka_answer() {
            let items: Vec<_> = response.items().collect();
            assert_eq!(items, [("flights-0", 1), ("flights-0", 2), ("flights-2", 4711)]);
        }
    }
    let done = invoke(handle, &KafkaEvent::new("flights").untraced("a", "1")).await;
    assert_eq!((done.unfinished(), done.kafka_answer().is_ok()), (vec![], true));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_never_reaches_the_handler() {
    let event = KafkaEvent::new("flights").untraced("a", "1").unreadable("a");
    let invocation = invoke(handle, &event).await;
    assert_eq!(invocation.unfinished(), [("flights-0", event.offset(1).unwrap())]);
    assert!(matches!(invocation.kafka_answer(), Err(BatchError::Unfinished(_))), "{invocation:?}");
}

#[tokio::test]
async fn an_environment_remembers_what_it_did_and_another_one_does_not() {
    let outcomes = |invocation: &kinetrace_testing::Invocation| {
        invocation.record_lines().iter().map(|line| line.outcome).collect::<Vec<_>>()
    };
    let event = KafkaEvent::new("flights").untraced("a", "1").untraced("a", "fail");
    for (skips, first) in [(true, ProcessOutcome::Skipped), (false, ProcessOutcome::Succeeded)] {
        let environment = Invoker::new().skip_kafka_repeats(skips).environment(handle);
        assert_eq!(outcomes(&environment.invoke(&event).await)[0], ProcessOutcome::Succeeded);
        let again = environment.invoke(&event).await;
        assert_eq!(outcomes(&again), [first, ProcessOutcome::Failed]);
        assert_eq!(again.spans().len(), 3, "its own ones only");
    }
    assert_eq!(outcomes(&invoke(handle, &event).await)[0], ProcessOutcome::Succeeded);
}

#[tokio::test]
async fn either_kind_of_event_is_taken_as_text() {
    let kinesis = Event::new("flights").untraced("a", "1").to_json().to_string();
    let kafka = KafkaEvent::new("flights").untraced("a", "fail").to_json().to_string();
    let environment = Invoker::new().environment(handle);
    assert_eq!(environment.invoke_json(&kinesis).await.unwrap().stopped_at(), None);
    assert_eq!(environment.invoke_json(&kafka).await.unwrap().unfinished(), [("flights-0", 0)]);
    assert!(environment.invoke_json("{}").await.is_err());
}
