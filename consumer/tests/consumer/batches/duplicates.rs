//! Deduplication around a handler of batches.

use std::future::pending;
use std::sync::{Arc, Mutex};

use kinetrace::history::ProcessOutcome::{self, Failed, NotReached, Skipped, SkippedByHandler, Succeeded};
use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetters};
use kinetrace_consumer::deduplicate::{Advance, Deduplicate, Progress, ProgressStore, Recent, Series};
use kinetrace_consumer::{Batch, BatchFailure, BatchHandler, Failure};

use crate::world::{World, event};

fn counted(sequence: u64, payload: &str) -> String {
    counted_by("00000000000000ab", sequence, payload)
}

fn counted_by(producer: &str, sequence: u64, payload: &str) -> String {
    format!(r#"{{"_otel":{{}},"order":{{"producer":"{producer}","sequence":{sequence}}},"data":"{payload}"}}"#)
}

/// Notes what each call was handed, and fails on the first `fail` that it sees; it skips `skip`.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<Vec<String>>>>);

impl BatchHandler for Journal {
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        let payloads: Vec<_> = batch.iter().map(|it| String::from_utf8_lossy(&it.payload).replace('"', "")).collect();
        let is_known = self.0.lock().unwrap().iter().flatten().any(|payload| payload == "fail");
        self.0.lock().unwrap().push(payloads.clone());
        for (index, payload) in payloads.iter().enumerate() {
            match payload.as_str() {
                "fail" if !is_known => return Err(BatchFailure::at(index, Failure::retry("no such plane"))),
                "skip" => return Err(BatchFailure::at(index, Failure::skip("a plane without a number"))),
                "beyond" => return Err(BatchFailure::at(payloads.len(), Failure::skip("no such index"))),
                _ => {}
            }
        }
        Ok(())
    }
}

/// An environment keeps its handler from one invocation to the next.
struct Warm<B>(Arc<B>);

impl<B: BatchHandler> BatchHandler for Warm<B> {
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        self.0.handle(batch).await
    }
}

/// The outcomes of an invocation with these records.
async fn outcomes<B: BatchHandler>(handler: &Arc<B>, records: &[String]) -> Vec<ProcessOutcome> {
    let records: Vec<_> = records.iter().map(String::as_str).collect();
    let outcome = World::new().invoke(Warm(Arc::clone(handler)), &event(&records)).await;
    outcome.log.iter().map(|line| line.outcome).collect()
}

#[tokio::test]
async fn copies_are_taken_out_of_the_batch_also_those_of_records_in_it() {
    let journal = Journal::default();
    let handler = Arc::new(Deduplicate::new(journal.clone(), Recent::default()));
    let records = [counted(0, "a"), counted(1, "b"), counted(0, "a"), counted(2, "c"), "plain".to_owned()];
    assert_eq!(outcomes(&handler, &records).await, [Succeeded, Succeeded, Skipped, Succeeded, Succeeded]);
    assert_eq!(outcomes(&handler, &records[..4]).await, [Skipped; 4]);
    let calls = journal.0.lock().unwrap().clone();
    assert_eq!(calls, [["a", "b", "c", "plain"]], "of copies alone the business code is not told");
}

#[tokio::test]
async fn of_a_batch_that_comes_again_only_what_was_not_done_reaches_the_business_code() {
    let journal = Journal::default();
    let handler = Arc::new(Deduplicate::new(journal.clone(), Recent::default()));
    let records = [counted(0, "a"), counted(0, "a"), counted(1, "fail"), counted(1, "fail"), counted(2, "c")];
    assert_eq!(outcomes(&handler, &records).await, [Succeeded, Skipped, Failed, NotReached, NotReached]);
    assert_eq!(outcomes(&handler, &records).await, [Skipped, Skipped, Succeeded, Skipped, Succeeded]);
    let calls = journal.0.lock().unwrap().clone();
    assert_eq!(calls, [vec!["a", "fail", "c"], vec!["fail", "c"]]);
}

#[tokio::test]
async fn a_record_that_is_skipped_is_marked_and_a_copy_of_it_is_one() {
    let journal = Journal::default();
    let handler = Arc::new(Deduplicate::new(journal.clone(), Recent::default()));
    let records = [counted(0, "a"), counted(1, "skip"), counted(1, "skip"), counted(2, "c")];
    assert_eq!(outcomes(&handler, &records).await, [Succeeded, SkippedByHandler, Skipped, Succeeded]);
    let calls = journal.0.lock().unwrap().clone();
    assert_eq!(calls, [vec!["a", "skip", "c"], vec!["c"]]);
    assert_eq!(outcomes(&handler, &records).await, [Skipped; 4]);
}

#[tokio::test]
async fn an_index_that_is_not_there_marks_nothing_and_skips_nothing() {
    let handler = Arc::new(Deduplicate::new(Journal::default(), Recent::default()));
    let records = [counted(0, "a"), counted(0, "a"), counted(1, "beyond"), counted(2, "c")];
    for _ in 0..2 {
        assert_eq!(outcomes(&handler, &records).await, [Failed, NotReached, NotReached, NotReached]);
    }
}

/// A mark before the queue has the record would have it taken for a copy of a record that was processed, and lost.
#[tokio::test]
async fn a_record_that_the_queue_refused_is_not_a_copy_in_either_nesting() {
    let refuse_once = || {
        let letters = Mutex::new(0);
        move |_: DeadLetter| {
            *letters.lock().unwrap() += 1;
            let is_first = *letters.lock().unwrap() == 1;
            async move { if is_first { Err(Failure::retry("no such queue")) } else { Ok(()) } }
        }
    };
    let records = [counted(0, "a"), counted(1, "skip"), counted(2, "c")];
    let inside = Arc::new(DeadLetters::new(Deduplicate::new(Journal::default(), Recent::default()), refuse_once()));
    assert_eq!(outcomes(&inside, &records).await, [Succeeded, Failed, NotReached]);
    assert_eq!(outcomes(&inside, &records).await, [Skipped, SkippedByHandler, Succeeded]);
    let outside = Arc::new(Deduplicate::new(DeadLetters::new(Journal::default(), refuse_once()), Recent::default()));
    assert_eq!(outcomes(&outside, &records).await, [Succeeded, Failed, NotReached]);
    assert_eq!(outcomes(&outside, &records).await, [Skipped, SkippedByHandler, Succeeded]);
    assert_eq!(outcomes(&outside, &records).await, [Skipped; 3]);
}

/// Knows nothing of one producer, and is slow to be asked about another.
struct Partial(Recent);

impl ProgressStore for Partial {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        match series.producer().unwrap().to_string().as_str() {
            "00000000000000ee" => Err(Failure::skip("throttled")),
            "00000000000000dd" => pending().await,
            _ => self.0.load(series).await,
        }
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        self.0.advance(series, before, after).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_ends_before_the_first_record_of_which_the_store_says_nothing() {
    for (producer, why) in [("00000000000000ee", "throttled"), ("00000000000000dd", "did not answer")] {
        let journal = Journal::default();
        let handler = Deduplicate::new(journal.clone(), Partial(Recent::default()));
        let records = [counted(0, "a"), counted_by(producer, 0, "b"), counted(1, "c")];
        let outcome = World::new().invoke(handler, &event(&records.each_ref().map(String::as_str))).await;
        let outcomes: Vec<_> = outcome.log.iter().map(|line| line.outcome).collect();
        assert_eq!(outcomes, [Succeeded, Failed, NotReached], "{why}");
        let error = outcome.log[1].error.as_deref().unwrap();
        assert!(error.contains(why), "{error}");
        assert_eq!(outcome.stop().as_deref(), Some("9"));
        assert_eq!(*journal.0.lock().unwrap(), [["a"]]);
    }
}

/// Counts what is asked and told.
#[derive(Default)]
struct Counting(Recent, Arc<Mutex<(u32, u32)>>);

impl ProgressStore for Counting {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        self.1.lock().unwrap().0 += 1;
        self.0.load(series).await
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        self.1.lock().unwrap().1 += 1;
        self.0.advance(series, before, after).await
    }
}

#[tokio::test]
async fn the_store_is_asked_and_told_once_for_each_series_of_a_batch() {
    let counts = Arc::default();
    let handler = Arc::new(Deduplicate::new(Journal::default(), Counting(Recent::default(), Arc::clone(&counts))));
    let records: Vec<_> = (0..50).map(|number| counted(number, "a")).collect();
    assert_eq!(outcomes(&handler, &records).await, [Succeeded; 50]);
    assert_eq!(*counts.lock().unwrap(), (1, 1));
    assert_eq!(outcomes(&handler, &records).await, [Skipped; 50]);
}
