//! What stands around a handler, over records of Kafka: deduplication, dead letters, metrics.

use std::sync::{Arc, Mutex};

use kinetrace::history::ProcessOutcome::{Failed, Skipped, SkippedByHandler, Succeeded};
use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetters};
use kinetrace_consumer::deduplicate::{Deduplicate, Recent};
use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Failure, Record};
use kinetrace_testing::{Invocation, Invoker, KafkaEvent, KafkaRecord, invoke};

use crate::world::moody;

type Outcomes = Vec<kinetrace::history::ProcessOutcome>;

fn outcomes(invocation: &Invocation) -> Outcomes {
    invocation.record_lines().iter().map(|line| line.outcome).collect()
}

async fn done(_: Record) -> Result<(), Failure> {
    Ok(())
}

/// A topic that is rewound, or a group that forgets its offsets: the batch was done, and comes again.
#[tokio::test]
async fn records_that_no_producer_counted_are_not_processed_twice_in_single_and_in_batches() {
    let event = KafkaEvent::new("flights").traced("N1", "1").record(KafkaRecord::new("2")).partition(1).tombstone("N1");
    let next = KafkaEvent::new("flights").next_offset(1).record(KafkaRecord::new("2")).untraced("N1", "3");
    let single = Invoker::new().environment(Deduplicate::new(done, Recent::default()));
    let all = async |_: Batch| Ok::<_, BatchFailure>(());
    let batches = Invoker::new().environment(Deduplicate::new(ByBatch(all), Recent::default()));
    for (place, expected) in [vec![Succeeded; 3], vec![Skipped; 3], vec![Skipped, Succeeded]].into_iter().enumerate() {
        let event = if place < 2 { &event } else { &next };
        assert_eq!(outcomes(&single.invoke(event).await), expected, "{place}");
        assert_eq!(outcomes(&batches.invoke(event).await), expected, "{place}");
    }
}

#[tokio::test]
async fn a_record_that_failed_is_processed_when_it_comes_again_also_where_repeats_are_not_skipped() {
    let handler = Deduplicate::new(moody, Recent::default());
    let environment = Invoker::new().skip_kafka_repeats(false).environment(handler);
    let event = KafkaEvent::new("flights").untraced("N1", "1").untraced("N1", "skip").untraced("N1", "fail");
    assert_eq!(outcomes(&environment.invoke(&event).await), [Succeeded, SkippedByHandler, Failed]);
    assert_eq!(outcomes(&environment.invoke(&event).await), [Skipped, Skipped, Failed]);
}

#[tokio::test]
async fn a_record_that_is_skipped_has_a_letter_and_the_letter_is_an_event_to_invoke_the_function_with() {
    let letters = Arc::new(Mutex::new(Vec::<DeadLetter>::new()));
    let kept = Arc::clone(&letters);
    let keep = move |letter: DeadLetter| {
        kept.lock().unwrap().push(letter);
        async { Ok::<_, Failure>(()) }
    };
    let record = KafkaRecord::new("skip").key(vec![0xff]).header("h", vec![0x80]).traced();
    let event = KafkaEvent::new("my-flights").partition(12).next_offset(7).record(record).untraced("N1", "1");
    let invocation = invoke(DeadLetters::new(moody, keep), &event).await;
    assert_eq!((outcomes(&invocation), invocation.unfinished()), (vec![SkippedByHandler, Succeeded], vec![]));
    let letter = letters.lock().unwrap().pop().unwrap();
    assert_eq!(
        letter.trace.traceparent().unwrap()[36..52],
        invocation.process_span(0).span_context.span_id().to_string()
    );

    let seen = Arc::new(Mutex::new(Vec::new()));
    let sees = {
        let seen = Arc::clone(&seen);
        move |record: Record| {
            seen.lock().unwrap().push(record);
            async { Ok::<_, Failure>(()) }
        }
    };
    let again = Invoker::new().invoke_json(sees, &letter.to_json().unwrap()).await.unwrap();
    assert_eq!(again.span("consumer").parent_span_id, event.context(0).unwrap().span_id(), "its producer's");
    assert_eq!(*seen.lock().unwrap(), [letter.record], "the very same");
}

#[tokio::test]
async fn a_letter_that_is_not_kept_has_its_partition_come_again_and_no_other_one() {
    let keep = async |_: DeadLetter| Err::<(), _>(Failure::retry("throttled"));
    let event = KafkaEvent::new("flights").untraced("N1", "skip").untraced("N1", "1").partition(1).untraced("N2", "2");
    let invocation = invoke(DeadLetters::new(moody, keep), &event).await;
    assert_eq!(invocation.unfinished(), [("flights-0", 0)]);
    assert_eq!(outcomes(&invocation), [Failed, Succeeded]);
}

/// Of each record, and of what is skipped as of Kinesis.
#[tokio::test]
async fn metrics_name_kafka_the_topic_and_the_partition() {
    let environment = Invoker::new().environment(moody);
    let event = KafkaEvent::new("flights").untraced("N1", "1").untraced("N1", "fail").partition(7).untraced("N1", "2");
    environment.invoke(&event).await;
    let invocation = environment.invoke(&event).await;
    for (name, partitions, sum) in [
        ("messaging.client.consumed.messages", &["0", "7"][..], 3.0),
        ("kinetrace.consumer.duplicates", &["0", "7"], 2.0),
        ("kinetrace.consumer.record.age", &["0", "7"], f64::NAN),
    ] {
        let series = invocation.metric(name);
        let mut seen: Vec<_> =
            series.iter().filter_map(|it| it.attribute("messaging.destination.partition.id")).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, partitions, "{name}");
        for it in &series {
            assert_eq!(it.attribute("messaging.system"), Some("kafka"), "{name}");
            assert_eq!(it.attribute("messaging.destination.name"), Some("flights"), "{name}");
            assert_eq!(it.attribute("messaging.operation.name"), Some("process"), "{name}");
        }
        let total: f64 = series.iter().filter(|it| it.attribute("error.type").is_none()).map(|it| it.sum).sum();
        // "fail" counts with every attempt, with an error.
        let expected = if name.ends_with("messages") { 2.0 } else { sum };
        assert!(sum.is_nan() || total == expected, "{name}: {total}");
    }
}
