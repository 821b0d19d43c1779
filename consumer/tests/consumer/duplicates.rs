//! Copies of a record, by the producer's count: what reaches the business code, what Lambda and the log are told.

use std::sync::{Arc, Mutex};

use kinetrace::history::ProcessOutcome::{Failed, Skipped, Succeeded};
use kinetrace_consumer::deduplicate::{Advance, Series};
use kinetrace_consumer::deduplicate::{Deduplicate, Progress, ProgressStore, Recent};
use kinetrace_consumer::{Failure, Handler, Record};

use opentelemetry_sdk::trace::SpanData;

use crate::world::{World, event};

/// A business code that notes what it is handed, and fails on the first `fail`.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Handler for Journal {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        let payload = String::from_utf8_lossy(&record.payload).into_owned();
        let mut seen = self.0.lock().unwrap();
        let fails = payload == r#""fail""# && !seen.contains(&payload);
        seen.push(payload);
        if fails { Err(Failure::retry("no such plane")) } else { Ok(()) }
    }
}

/// An execution environment keeps its handler from one invocation to the next.
struct Warm<H>(Arc<H>);

impl<H: Handler> Handler for Warm<H> {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        self.0.handle(record).await
    }
}

fn counted(sequence: u64, payload: &str) -> String {
    format!(
        r#"{{"_otel":{{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}},"order":{{"producer":"00000000000000ab","sequence":{sequence}}},"data":"{payload}"}}"#
    )
}

#[tokio::test]
async fn a_copy_counts_as_done_and_does_not_reach_the_business_code() {
    let (journal, world) = (Journal::default(), World::new());
    let records = [counted(0, "a"), counted(1, "b"), counted(0, "a"), counted(2, "c")];
    let outcome = world
        .invoke(Deduplicate::new(journal.clone(), Recent::default()), &event(&records.each_ref().map(String::as_str)))
        .await;
    assert_eq!(outcome.stop(), None);
    assert_eq!(outcome.processed(), [("8", Succeeded), ("9", Succeeded), ("10", Skipped), ("11", Succeeded)]);
    assert_eq!(*journal.0.lock().unwrap(), [r#""a""#, r#""b""#, r#""c""#]);
    let marked: Vec<_> = outcome
        .spans
        .iter()
        .filter(|span| span.attributes.iter().any(|it| it.key.as_str() == "kinetrace.duplicate"))
        .map(|span| {
            span.attributes.iter().find(|it| it.key.as_str() == "messaging.message.id").unwrap().value.to_string()
        })
        .collect();
    assert_eq!(marked, ["10"]);
}

/// An attacker who reads the stream knows the counts, and may put before the producer does.
#[tokio::test]
async fn a_record_with_the_count_of_another_one_is_processed_and_its_span_and_the_metrics_say_so() {
    let (journal, world) = (Journal::default(), World::new());
    let records = [counted(0, "forged"), counted(0, "a"), counted(0, "a")];
    let outcome = world
        .invoke(Deduplicate::new(journal.clone(), Recent::default()), &event(&records.each_ref().map(String::as_str)))
        .await;
    assert_eq!(outcome.processed(), [("8", Succeeded), ("9", Succeeded), ("10", Skipped)]);
    assert_eq!(*journal.0.lock().unwrap(), [r#""forged""#, r#""a""#]);
    let is_conflict = |span: &&SpanData| span.attributes.iter().any(|it| it.key.as_str() == "kinetrace.conflict");
    assert_eq!(outcome.spans.iter().filter(is_conflict).count(), 1);
    let conflicts = world.metric("kinetrace.consumer.conflicts");
    assert_eq!(conflicts.iter().map(|series| series.sum).collect::<Vec<_>>(), [1.0]);
}

/// Lambda knows no smaller unit than a batch that is killed, or an aggregate.
#[tokio::test]
async fn of_a_batch_that_is_sent_again_only_what_was_not_done_reaches_the_business_code() {
    let (journal, world) = (Journal::default(), World::new());
    let handler = Arc::new(Deduplicate::new(journal.clone(), Recent::default()));
    let records = [counted(0, "a"), counted(1, "fail"), counted(2, "c")];
    let event = event(&records.each_ref().map(String::as_str));
    let first = world.invoke(Warm(Arc::clone(&handler)), &event).await;
    assert_eq!(first.stop().as_deref(), Some("9"));
    assert_eq!(first.processed(), [("8", Succeeded), ("9", Failed)]);
    let again = world.invoke(Warm(Arc::clone(&handler)), &event).await;
    assert_eq!(again.stop(), None);
    assert_eq!(again.processed(), [("8", Skipped), ("9", Succeeded), ("10", Succeeded)]);
    assert_eq!(*journal.0.lock().unwrap(), [r#""a""#, r#""fail""#, r#""fail""#, r#""c""#]);
}

/// It marks, and never says so.
#[derive(Default)]
struct Silent(Recent);

impl ProgressStore for Silent {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        self.0.load(series).await
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        self.0.advance(series, before, after).await?;
        std::future::pending().await
    }
}

/// Otherwise it would fail though it was processed, and be a copy of itself when it comes again: lost, to a reader of the
/// log.
#[tokio::test(start_paused = true)]
async fn a_record_that_was_processed_by_the_deadline_counts_as_done_though_its_mark_hangs() {
    let (journal, world) = (Journal::default(), World::new());
    let records = [counted(0, "a"), counted(1, "b")];
    let outcome = world
        .invoke(Deduplicate::new(journal.clone(), Silent::default()), &event(&records.each_ref().map(String::as_str)))
        .await;
    assert_eq!(outcome.processed()[0], ("8", Succeeded));
    assert_eq!(journal.0.lock().unwrap()[0], r#""a""#);
}

/// It hangs when it is asked what was processed.
struct Hangs;

impl ProgressStore for Hangs {
    async fn load(&self, _: &Series) -> Result<Progress, Failure> {
        std::future::pending().await
    }

    async fn advance(&self, _: &Series, _: &Progress, _: &Progress) -> Result<Advance, Failure> {
        std::future::pending().await
    }

    fn name(&self) -> String {
        "DynamoDB's table \"processed\"".to_owned()
    }
}

/// "Cut off because the invocation's time was up" would accuse the business code.
#[tokio::test(start_paused = true)]
async fn a_record_whose_store_hangs_fails_with_the_name_of_the_store() {
    let (journal, world) = (Journal::default(), World::new());
    let outcome = world.invoke(Deduplicate::new(journal.clone(), Hangs), &event(&[&counted(0, "a")])).await;
    assert_eq!(outcome.processed(), [("8", Failed)]);
    let error = outcome.log[0].error.as_deref().unwrap();
    assert!(error.contains("DynamoDB's table \"processed\" did not answer"), "{error}");
    assert!(journal.0.lock().unwrap().is_empty());
}
