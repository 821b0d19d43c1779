//! The lines, events and measurements of a batch's records.

use std::sync::{Arc, Mutex};

use kinetrace::history::ProcessOutcome::{Failed, NotReached, SkippedByHandler, Succeeded};
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Batch, ByBatch, Consumer, RecordLog};
use lambda_runtime::LambdaEvent;
use tower::Service as _;
use tracing::instrument::WithSubscriber as _;

use super::store;
use crate::world::{World, context, event};

#[tokio::test]
async fn lines_name_the_batch_its_beginning_and_the_place_there_also_after_a_skip() {
    let world = World::new();
    let outcome = world.invoke(ByBatch(store), &event(&["1", "skip", "3", "fail", "5"])).await;
    let outcomes: Vec<_> = outcome.log.iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [Succeeded, SkippedByHandler, Succeeded, Failed, NotReached]);
    for (line, index) in outcome.log.iter().zip(0..) {
        let place = line.batch.unwrap();
        assert_eq!((place.number, place.index, line.start), (0, index, outcome.log[0].start), "{line:?}");
        assert!(line.start <= line.end, "{line:?}");
    }
    let error = outcome.log[4].error.as_deref();
    assert_eq!(error, Some("not done, for its batch ended at record 11"));
}

#[tokio::test]
async fn each_batch_of_a_process_has_a_number_of_its_own() {
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&numbers);
    let log = RecordLog::new(move |line| sink.lock().unwrap().push(line.batch.unwrap().number));
    let mut consumer = Consumer::builder(ByBatch(store)).read_environment(false).record_log(log).build().unwrap();
    for _ in 0..2 {
        let event: KinesisEvent = serde_json::from_str(&event(&["1", "2"])).unwrap();
        consumer.call(LambdaEvent::new(event, context())).await.unwrap();
    }
    assert_eq!(*numbers.lock().unwrap(), [0, 0, 1, 1]);
}

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Of a thousand records with one that failed, an incident is about that one.
#[tokio::test]
async fn where_the_record_log_is_off_an_event_tells_of_the_record_that_failed_and_of_no_other() {
    let output = Output::default();
    let writer = output.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let mut consumer =
        Consumer::builder(ByBatch(store)).read_environment(false).record_log(RecordLog::off()).build().unwrap();
    let event: KinesisEvent = serde_json::from_str(&event(&["1", "2", "fail", "4", "5"])).unwrap();
    let called = consumer.call(LambdaEvent::new(event, context())).with_subscriber(subscriber).await;
    assert_eq!(called.unwrap().stop().unwrap().as_str(), "10");
    let text = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("a record failed") && text.contains("sequence_number=10"), "{text}");
}

#[tokio::test]
async fn each_record_is_measured_but_for_those_that_the_batch_did_not_get_to() {
    let world = World::new();
    world.invoke(ByBatch(store), &event(&["1", "skip", "3", "fail", "5", "6"])).await;
    let consumed = world.metric("messaging.client.consumed.messages");
    let mut consumed: Vec<_> = consumed.iter().map(|it| (it.attribute("error.type").unwrap_or(""), it.sum)).collect();
    consumed.sort_by_key(|(error_type, _)| *error_type);
    assert_eq!(consumed, [("", 2.0), ("failure", 1.0), ("skipped", 1.0)]);
}

#[tokio::test]
async fn a_handler_without_a_fault_has_a_line_for_each_record() {
    let done = async |_: Batch| Ok::<_, std::fmt::Error>(());
    let outcome = World::new().invoke(ByBatch(done), &event(&["1", "2"])).await;
    assert_eq!(outcome.processed(), [("8", Succeeded), ("9", Succeeded)]);
}
