//! Batches of Kafka that come again because a record of theirs failed: what was done is not done once more.

use std::num::NonZero;
use std::sync::{Arc, Mutex};

use kinetrace::__private::semantic_conventions::DUPLICATE;
use kinetrace::history::ProcessOutcome::{self, Failed, NotReached, Skipped, SkippedByHandler, Succeeded};
use kinetrace_consumer::kafka::Answer;
use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Failure, Record};
use kinetrace_testing::{Invocation, Invoker, KafkaEvent};

/// What the business code was handed, and which payloads it fails on now.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<(Vec<String>, Vec<&'static str>)>>);

impl Desk {
    fn failing_on(payloads: &[&'static str]) -> Self {
        Self(Arc::new(Mutex::new((Vec::new(), payloads.to_vec()))))
    }

    fn fail_on(&self, payloads: &[&'static str]) {
        self.0.lock().unwrap().1 = payloads.to_vec();
    }

    fn take(&self, record: &Record) -> Result<(), Failure> {
        let payload = String::from_utf8_lossy(&record.payload).into_owned();
        let mut desk = self.0.lock().unwrap();
        let fails = desk.1.contains(&&*payload);
        let skips = payload == "skip";
        desk.0.push(payload);
        match (fails, skips) {
            (true, _) => Err(Failure::retry("no such plane")),
            (_, true) => Err(Failure::skip("a plane without a number")),
            _ => Ok(()),
        }
    }

    /// Since the last time.
    fn handed(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().0)
    }

    async fn handle(self, record: Record) -> Result<(), Failure> {
        tokio::task::yield_now().await;
        self.take(&record)
    }

    async fn handle_all(self, batch: Batch) -> Result<(), BatchFailure> {
        for (index, record) in batch.iter().enumerate() {
            self.take(record).map_err(|failure| BatchFailure::at(index, failure))?;
        }
        Ok(())
    }
}

/// Offsets of partition 0, and the outcomes of their lines.
fn lines(invocation: &Invocation) -> Vec<(&str, ProcessOutcome)> {
    invocation.record_lines().iter().map(|line| (line.sequence_number.as_str(), line.outcome)).collect()
}

fn duplicates(invocation: &Invocation) -> usize {
    let spans = invocation.spans().iter();
    spans.filter(|span| span.attributes.iter().any(|it| it.key.as_str() == DUPLICATE)).count()
}

/// Two keys in turns, from this offset on.
fn event(payloads: &[&'static str]) -> KafkaEvent {
    payloads.iter().enumerate().fold(KafkaEvent::new("flights").next_offset(7), |event, (place, payload)| {
        event.traced(if place % 2 == 0 { "N1" } else { "N2" }, *payload)
    })
}

#[tokio::test]
async fn what_stands_before_a_failed_record_is_handed_over_once_however_often_the_batch_comes() {
    let desk = Desk::failing_on(&["c"]);
    let environment = Invoker::new().environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    let batch = event(&["a", "skip", "c", "d"]);
    let first = environment.invoke(&batch).await;
    assert_eq!(lines(&first), [("7", Succeeded), ("8", SkippedByHandler), ("9", Failed)]);
    assert_eq!((desk.handed(), duplicates(&first)), (vec!["a".to_owned(), "skip".into(), "c".into()], 0));
    for _ in 0..3 {
        let again = environment.invoke(&batch).await;
        assert!(again.kafka_answer().is_err());
        assert_eq!(again.unfinished(), [("flights-0", 9)]);
        assert_eq!(lines(&again), [("7", Skipped), ("8", Skipped), ("9", Failed)]);
        assert_eq!((desk.handed(), duplicates(&again)), (vec!["c".to_owned()], 2));
    }
    desk.fail_on(&[]);
    let last = environment.invoke(&batch).await;
    assert!(last.kafka_answer().is_ok());
    assert_eq!(lines(&last), [("7", Skipped), ("8", Skipped), ("9", Succeeded), ("10", Succeeded)]);
    assert_eq!(desk.handed(), ["c", "d"]);
}

/// A topic that is read from its beginning again is processed again: nobody asked for another thing.
#[tokio::test]
async fn after_a_batch_that_is_done_nothing_is_remembered() {
    let desk = Desk::failing_on(&["b"]);
    let environment = Invoker::new().environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    let batch = event(&["a", "b"]);
    environment.invoke(&batch).await;
    desk.fail_on(&[]);
    environment.invoke(&batch).await;
    assert_eq!(desk.handed(), ["a", "b", "b"]);
    let from_the_beginning = environment.invoke(&batch).await;
    assert_eq!(lines(&from_the_beginning), [("7", Succeeded), ("8", Succeeded)]);
    assert_eq!(desk.handed(), ["a", "b"]);
}

#[tokio::test]
async fn where_repeats_are_not_to_be_skipped_all_of_the_batch_is_handed_over_again() {
    let desk = Desk::failing_on(&["b"]);
    let environment = Invoker::new().skip_kafka_repeats(false).environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    for _ in 0..2 {
        let invocation = environment.invoke(&event(&["a", "b"])).await;
        assert_eq!((desk.handed(), duplicates(&invocation)), (vec!["a".to_owned(), "b".into()], 0));
    }
}

/// A record after the failed one was done, because another key's lane did not wait.
#[tokio::test]
async fn with_several_at_once_what_was_done_after_the_failed_record_is_not_done_again() {
    let desk = Desk::failing_on(&["a"]);
    let environment = Invoker::new().max_concurrency(NonZero::new(4).unwrap()).environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    let batch = event(&["a", "b", "c"]);
    let first = environment.invoke(&batch).await;
    assert_eq!(first.unfinished(), [("flights-0", 7)]);
    let mut handed = desk.handed();
    handed.sort_unstable();
    assert_eq!(handed, ["a", "b"], "c is of the key of a");
    desk.fail_on(&[]);
    let again = environment.invoke(&batch).await;
    assert!(again.unfinished().is_empty());
    assert_eq!(lines(&again), [("8", Skipped), ("7", Succeeded), ("9", Succeeded)]);
    assert_eq!(desk.handed(), ["a", "c"]);
}

/// Other records under the offsets of a batch that failed: a topic was made anew.
#[tokio::test]
async fn another_record_under_a_remembered_offset_is_handed_over() {
    let desk = Desk::failing_on(&["b"]);
    let environment = Invoker::new().environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    environment.invoke(&event(&["a", "b"])).await;
    desk.handed();
    environment.invoke(&event(&["x", "b"])).await;
    assert_eq!(desk.handed(), ["x", "b"]);
    let elsewhere = event(&["a", "b"]).to_json().to_string().replace("flights", "trains");
    environment.invoke_json(&elsewhere).await.unwrap();
    assert_eq!(desk.handed(), ["a", "b"]);
}

/// The failing partition comes again; the other one was done in the same invocation, and comes again with it.
#[tokio::test]
async fn of_a_batch_of_two_partitions_the_one_that_was_done_is_not_done_again() {
    let desk = Desk::failing_on(&["b"]);
    let environment = Invoker::new().environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    let batch = event(&["a", "b"]).partition(1).untraced("N3", "c").untraced("N3", "d");
    assert_eq!(environment.invoke(&batch).await.unfinished(), [("flights-0", 8)]);
    assert_eq!(desk.handed(), ["a", "b", "c", "d"]);
    environment.invoke(&batch).await;
    assert_eq!(desk.handed(), ["b"]);
}

/// Lambda sends from the first named record on, or the named ones: neither is done.
#[tokio::test]
async fn with_items_nothing_that_was_done_before_the_named_records_is_handed_over_even_if_it_comes() {
    let desk = Desk::failing_on(&["b"]);
    let invoker = Invoker::new().kafka_answer(Answer::Items);
    let environment = invoker.environment({
        let desk = desk.clone();
        move |record: Record| desk.clone().handle(record)
    });
    let first = environment.invoke(&event(&["a", "b", "c"])).await;
    let items: Vec<_> = first.kafka_answer().as_ref().unwrap().items().collect();
    assert_eq!(items, [("flights-0", 8), ("flights-0", 9)]);
    desk.handed();
    desk.fail_on(&[]);
    environment.invoke(&event(&["a", "b", "c"])).await;
    assert_eq!(desk.handed(), ["b", "c"]);
}

#[tokio::test]
async fn a_handler_of_batches_is_handed_what_is_left_of_the_batch() {
    let desk = Desk::failing_on(&["c"]);
    let environment = Invoker::new().environment(ByBatch({
        let desk = desk.clone();
        move |batch: Batch| desk.clone().handle_all(batch)
    }));
    let batch = event(&["a", "b", "c", "d"]);
    let first = environment.invoke(&batch).await;
    assert_eq!(lines(&first), [("7", Succeeded), ("8", Succeeded), ("9", Failed), ("10", NotReached)]);
    assert_eq!(desk.handed(), ["a", "b", "c"]);
    desk.fail_on(&[]);
    let again = environment.invoke(&batch).await;
    assert!(again.unfinished().is_empty());
    assert_eq!(lines(&again), [("7", Skipped), ("8", Skipped), ("9", Succeeded), ("10", Succeeded)]);
    assert_eq!((desk.handed(), duplicates(&again)), (vec!["c".to_owned(), "d".into()], 2));
}

/// One batch for each partition, and each partition ends where its own batch failed.
#[tokio::test]
async fn a_handler_of_batches_has_a_batch_of_each_partition() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let handler = {
        let seen = Arc::clone(&seen);
        move |batch: Batch| {
            let of: Vec<_> = batch.iter().map(|it| format!("{} {}", it.shard_id, it.sequence_number)).collect();
            let fails = of.first().is_some_and(|first| first.starts_with("0 "));
            seen.lock().unwrap().push(of);
            async move { if fails { Err(BatchFailure::at(1, Failure::retry("no room"))) } else { Ok(()) } }
        }
    };
    let batch = event(&["a", "b"]).partition(1).tombstone("N3").untraced("N4", "c");
    let invocation = Invoker::new().invoke(ByBatch(handler), &batch).await;
    assert_eq!(*seen.lock().unwrap(), [["0 7", "0 8"], ["1 0", "1 1"]]);
    assert_eq!(invocation.unfinished(), [("flights-0", 8)]);
    let names = ["messaging.kafka.message.tombstone", "messaging.destination.partition.id"];
    let tombstone = invocation.process_span(2);
    for name in names {
        assert!(tombstone.attributes.iter().any(|it| it.key.as_str() == name), "{name}: {tombstone:?}");
    }
    let link = &invocation.process_span(1).links[0].span_context;
    assert_eq!(link, batch.context(1).unwrap());
}
