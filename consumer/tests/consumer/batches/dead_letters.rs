//! Dead letters around a handler of batches.

use std::future::pending;
use std::sync::{Arc, Mutex};

use kinetrace::history::ProcessOutcome::{self, Failed, NotReached, SkippedByHandler, Succeeded};
use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetterQueue, DeadLetters};
use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Failure};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};

use super::store;
use crate::world::{TRACE_ID, World, envelope, event};

/// Takes records, but for those that say otherwise.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<Vec<String>>>);

impl DeadLetterQueue for Queue {
    async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
        tokio::task::yield_now().await;
        let payload = String::from_utf8_lossy(&letter.record.payload).into_owned();
        match payload.as_str() {
            "skip-refused" => Err(Failure::skip("no such queue")),
            "skip-panics" => panic!("out of letters"),
            "skip-hangs" => pending().await,
            _ => {
                self.0.lock().unwrap().push(letter.record.sequence_number.to_string());
                Ok(())
            }
        }
    }
}

async fn skip_some(batch: Batch) -> Result<(), BatchFailure> {
    let is_bad = |payload: &[u8]| payload.starts_with(b"skip");
    let Some(index) = batch.iter().position(|record| is_bad(&record.payload)) else { return store(batch).await };
    let beyond = if batch[index].payload.ends_with(b"beyond") { batch.len() } else { index };
    Err(BatchFailure::at(beyond, Failure::skip("a plane without a number")))
}

/// The records; the lines; what the queue has; where to start again.
type Row = (&'static [&'static str], &'static [ProcessOutcome], &'static [&'static str], Option<&'static str>);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (&["1", "2"],                      &[Succeeded, Succeeded],                           &[],         None),
    (&["1", "skip", "3"],              &[Succeeded, SkippedByHandler, Succeeded],         &["9"],      None),
    (&["1", "skip", "skip"],           &[Succeeded, SkippedByHandler, SkippedByHandler],  &["9", "10"], None),
    (&["1", "fail", "3"],              &[Succeeded, Failed, NotReached],                  &[],         Some("9")),
    (&["1", "skip-refused", "3"],      &[Succeeded, Failed, NotReached],                  &[],         Some("9")),
    (&["1", "skip-panics", "3"],       &[Succeeded, Failed, NotReached],                  &[],         Some("9")),
    (&["1", "skip-hangs", "3"],        &[Succeeded, Failed, NotReached],                  &[],         Some("9")),
    (&["1", "skip", "skip-hangs"],     &[Succeeded, SkippedByHandler, Failed],            &["9"],      Some("10")),
    (&["skip-beyond"],                 &[Failed],                                         &[],         Some("8")),
];

#[tokio::test(start_paused = true)]
async fn a_record_of_a_batch_is_skipped_once_the_queue_has_it_and_those_before_it_stay_done() {
    for (records, outcomes, kept, stop) in TABLE {
        let queue = Queue::default();
        let outcome = World::new().invoke(DeadLetters::new(ByBatch(skip_some), queue.clone()), &event(records)).await;
        assert_eq!(outcome.log.iter().map(|line| line.outcome).collect::<Vec<_>>(), *outcomes, "{records:?}");
        assert_eq!(*queue.0.lock().unwrap(), *kept, "{records:?}");
        assert_eq!(outcome.stop().as_deref(), *stop, "{records:?}");
    }
}

#[tokio::test]
async fn the_queue_gets_the_trace_of_the_record_and_its_spans_land_below_that_and_not_below_the_batch() {
    let world = World::new();
    let tracer = Arc::new(world.provider.tracer("queue"));
    let seen = Arc::new(Mutex::new(None));
    let sink = Arc::clone(&seen);
    let keep = move |letter: DeadLetter| {
        tracer.in_span("send letter", |_| ());
        *sink.lock().unwrap() = Some(letter.trace);
        std::future::ready(Ok::<_, Failure>(()))
    };
    let skip = |batch: Batch| async move {
        let is_one = batch.len() == 1;
        if is_one { Ok(()) } else { Err(BatchFailure::at(1, Failure::skip("no plane"))) }
    };
    let data = [envelope("1"), envelope("2"), envelope("3")];
    let outcome =
        world.invoke(DeadLetters::new(ByBatch(skip), keep), &event(&data.each_ref().map(String::as_str))).await;
    let trace = seen.lock().unwrap().clone().unwrap();
    let line = &outcome.log[1];
    assert_eq!(trace.span_id(), line.span.as_ref().unwrap().span_id);
    assert_ne!(trace.trace_id(), TRACE_ID);
    assert_eq!(outcome.span("send letter").parent_span_id.to_string(), trace.span_id());
}
