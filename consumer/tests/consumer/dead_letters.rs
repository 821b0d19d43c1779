//! Records that are skipped, and the queue that gets them first.

use std::future::pending;
use std::num::NonZero;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::Reader;
use kinetrace::history::ProcessOutcome::{Failed, Skipped, SkippedByHandler, Succeeded};
use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetterQueue, DeadLetters};
use kinetrace_consumer::deduplicate::{Deduplicate, Recent};
use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Failure, Handler, Record};
use opentelemetry::trace::Tracer as _;
use opentelemetry::trace::TracerProvider as _;
use serde_json::Value;

use crate::identifiers::marked;
use crate::script::{Journal, event, name};
use crate::world::{TRACE_ID, World, aggregate, envelope, event as event_of_data, moody};

/// Takes records, but for those that say otherwise.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<Vec<DeadLetter>>>);

impl Queue {
    fn records(&self) -> String {
        let letters = self.0.lock().unwrap();
        let names = letters.iter().map(|it| name(it.record.sequence_number.as_str(), it.record.sub_sequence_number));
        names.collect::<Vec<_>>().join(" ")
    }
}

impl DeadLetterQueue for Queue {
    async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
        tokio::task::yield_now().await;
        match &letter.record.payload[..] {
            b"skip-refused" => Err(Failure::retry("no such queue")),
            b"skip-skipped" => Err(Failure::skip("no such queue")),
            b"skip-panics" => panic!("out of letters"),
            b"skip-hangs" => pending().await,
            _ => {
                self.0.lock().unwrap().push(letter);
                Ok(())
            }
        }
    }
}

/// How many at once; the records; those that are handed over, as in `identifiers.rs`; those that the queue has; where to start
/// again.
type Row = (usize, &'static str, &'static str, &'static str, Option<&'static str>);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (1, "ok ok",                              "8 9",           "",          None),
    (1, "ok skip ok",                         "8 9~ 10",       "9",         None),
    (1, "skip",                               "8~",            "8",         None),
    (1, "skip skip ok skip",                  "8~ 9~ 10 11~",  "8 9 11",    None),
    (1, "ok fail ok",                         "8 9!",          "",          Some("9")),
    (1, "ok panic",                           "8 9!",          "",          Some("9")),
    (1, "ok skip fail ok",                    "8 9~ 10!",      "9",         Some("10")),
    (1, "ok skip-refused ok",                 "8 9!",          "",          Some("9")),
    (1, "ok skip-skipped ok",                 "8 9!",          "",          Some("9")),
    (1, "ok skip-panics ok",                  "8 9!",          "",          Some("9")),
    (1, "ok skip-hangs ok",                   "8 9!",          "",          Some("9")),
    (1, "skip-refused",                       "8!",            "",          Some("8")),
    (1, "ok [ok,skip,ok] ok",                 "8 9.0 9.1~ 9.2 10", "9.1",   None),
    (1, "ok [skip,skip-refused,ok]",          "8 9.0~ 9.1!",   "9.0",       Some("9")),
    (2, "a:slowskip b:ok a:ok b:skip",        "8~ 9 11~ 10",   "11 8",      None),
    (2, "a:slow b:skip-refused a:ok b:ok",    "8 9!",          "",          Some("9")),
    (3, "a:ok b:skip-hangs c:skip a:ok",      "8 9! 10~ 11",   "10",        Some("9")),
    (4, "a:ok a:skip b:skip c:skip-panics",   "8 10~ 11! 9~",  "10 9",      Some("11")),
];

#[tokio::test(start_paused = true)]
async fn a_record_is_skipped_once_the_queue_has_it_and_otherwise_comes_again() {
    for &(at_once, records, handed, kept, stop) in TABLE {
        let (journal, queue) = (Journal::default(), Queue::default());
        let world = World::new().choosing(|it| it.max_concurrency(NonZero::new(at_once).unwrap()));
        let handler = DeadLetters::new(journal.clone(), queue.clone());
        let event = event(records, "arn:aws:kinesis:us-east-1:123456789012:stream/flights", "");
        let outcome = world.invoke(handler, &event).await;
        assert_eq!(marked(&journal, &outcome.log), handed, "{records}");
        assert_eq!(queue.records(), kept, "{records}");
        assert_eq!(outcome.stop().as_deref(), stop, "{records}");
    }
}

#[tokio::test]
async fn a_record_whose_queue_fails_says_why_it_was_to_be_skipped_and_why_it_was_not() {
    let outcome = World::new()
        .invoke(
            DeadLetters::new(moody, |_: DeadLetter| async { Err::<(), _>(std::fmt::Error) }),
            &event_of_data(&["skip"]),
        )
        .await;
    let error = outcome.log[0].error.as_deref().unwrap();
    assert!(error.contains("(a plane without a number)") && error.ends_with(&std::fmt::Error.to_string()), "{error}");
}

#[tokio::test]
async fn the_queue_gets_the_record_the_reason_and_the_trace_and_its_spans_land_below_the_records() {
    let world = World::new();
    let tracer = Arc::new(world.provider.tracer("queue"));
    let letters = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&letters);
    let keep = move |letter: DeadLetter| {
        let (taken, tracer) = (Arc::clone(&taken), Arc::clone(&tracer));
        async move {
            tokio::task::yield_now().await;
            tracer.in_span("send letter", |_| ());
            taken.lock().unwrap().push(letter);
            Ok::<_, Failure>(())
        }
    };
    let skip = |_: Record| async { Err::<(), _>(Failure::skip("no plane")) };
    let outcome = world.invoke(DeadLetters::new(skip, keep), &event_of_data(&[&envelope("1.50")])).await;
    let [letter] = &letters.lock().unwrap()[..] else { panic!("one letter") };
    let DeadLetter { record, failure, trace, .. } = letter;
    assert_eq!((&record.payload[..], record.partition_key.as_deref()), (&b"1.50"[..], Some("N1")));
    assert_eq!(
        (&*record.stream, &*record.shard_id, record.sequence_number.as_str()),
        ("flights", "shardId-000000000000", "8")
    );
    assert!(failure.is_skip());
    assert_eq!((failure.to_string(), failure.error().to_string()), ("no plane".to_owned(), "no plane".to_owned()));
    let process = outcome.span("process flights");
    let process = process.span_context.span_id().to_string();
    assert_eq!((trace.trace_id(), trace.span_id()), (TRACE_ID.to_owned(), process));
    assert_eq!(outcome.span("send letter").parent_span_id.to_string(), trace.span_id());
}

/// Nobody would know what to mend.
#[tokio::test(start_paused = true)]
async fn a_record_whose_queue_hangs_fails_in_time_to_say_so() {
    let keep = |_: DeadLetter| async { pending::<Result<(), Failure>>().await };
    let outcome = World::new().invoke(DeadLetters::new(moody, keep), &event_of_data(&["ok", "skip"])).await;
    assert_eq!((outcome.stop().as_deref(), outcome.processed()), (Some("9"), vec![("8", Succeeded), ("9", Failed)]));
    let error = outcome.log[1].error.as_deref().unwrap();
    assert!(error.contains("(a plane without a number)") && error.contains("did not answer"), "{error}");
}

/// What a letter needs is not all in the record that the handler gets.
#[tokio::test]
async fn a_letter_as_a_document_has_what_puts_its_record_again() {
    let letters = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&letters);
    let keep = move |letter: DeadLetter| {
        taken.lock().unwrap().push(letter.to_json().unwrap());
        async { Ok::<_, Failure>(()) }
    };
    let skip = |_: Record| async { Err::<(), _>(Failure::skip("no plane")) };
    let envelope = envelope("1.50");
    let records = event_of_data(&[envelope.clone().into_bytes(), aggregate(), b"\xff".to_vec()]);
    World::new().invoke(DeadLetters::new(skip, keep), &records).await;

    let letters = letters.lock().unwrap();
    let letters: Vec<Value> = letters.iter().map(|letter| serde_json::from_str(letter).unwrap()).collect();
    let payloads: Vec<_> = letters.iter().map(|letter| letter["payload"].as_str().unwrap()).collect();
    assert_eq!(payloads, ["1.50", "first", r#""second""#, "fail", "unreached", "/w=="]);
    assert_eq!(letters[0]["Records"][0]["kinesis"]["data"], BASE64.encode(&envelope));
    for (letter, traceparent) in letters.iter().zip([true, true, true, false, false, false]) {
        assert_eq!(letter["streamArn"], "arn:aws:kinesis:us-east-1:123456789012:stream/flights");
        assert_eq!(letter["requestContext"]["functionName"], "flights");
        assert_eq!(letter["requestContext"]["requestId"], "request-1");
        let kinesis = &letter["Records"][0]["kinesis"];
        let data = BASE64.decode(kinesis["data"].as_str().unwrap()).unwrap();
        let [again] = &Reader::default().read(data.into(), kinesis["partitionKey"].as_str())[..] else {
            panic!("one record: {letter}")
        };
        let payload =
            BASE64.decode(letter["payload"].as_str().unwrap()).ok().filter(|_| letter["payloadIsBase64"] == true);
        assert_eq!(again.payload, payload.unwrap_or_else(|| letter["payload"].as_str().unwrap().into()));
        assert_eq!(again.fields.get("traceparent").is_some_and(|it| it.contains(TRACE_ID)), traceparent, "{letter}");
        let key = again.user_record.as_ref().map_or("N1", |own| &own.partition_key);
        assert_eq!(letter["partitionKey"], key);
    }
}

#[tokio::test]
async fn a_letter_of_a_batch_says_as_much() {
    let letters = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&letters);
    let keep = move |letter: DeadLetter| {
        taken.lock().unwrap().push(letter.to_json().unwrap());
        async { Ok::<_, Failure>(()) }
    };
    let skip = |_: Batch| async { Err::<(), _>(BatchFailure::at(0, Failure::skip("no plane"))) };
    let data = [envelope("1"), envelope("2")];
    let event = event_of_data(&data.each_ref().map(String::as_str));
    World::new().invoke(DeadLetters::new(ByBatch(skip), keep), &event).await;

    let letters = letters.lock().unwrap();
    assert_eq!(letters.len(), 2);
    for (letter, data) in letters.iter().zip(data) {
        let letter: Value = serde_json::from_str(letter).unwrap();
        assert_eq!(letter["requestContext"]["functionName"], "flights");
        assert_eq!(letter["requestContext"]["requestId"], "request-1");
        assert_eq!(letter["Records"][0]["kinesis"]["data"], BASE64.encode(data));
    }
}

fn counted(sequence: u64, payload: &str) -> String {
    format!(r#"{{"_otel":{{}},"order":{{"producer":"00000000000000ab","sequence":{sequence}}},"data":"{payload}"}}"#)
}

/// Skips `skip`, quotes and all.
async fn quoted(record: Record) -> Result<(), Failure> {
    if *record.payload == *br#""skip""# { Err(Failure::skip("no plane")) } else { Ok(()) }
}

/// Refuses the first letter.
fn at_second_attempt(letters: &Arc<Mutex<u8>>) -> impl DeadLetterQueue + use<> {
    let letters = Arc::clone(letters);
    move |_: DeadLetter| {
        let letters = Arc::clone(&letters);
        async move {
            *letters.lock().unwrap() += 1;
            if *letters.lock().unwrap() == 1 { Err(Failure::retry("no such queue")) } else { Ok(()) }
        }
    }
}

/// An environment keeps its handler from one invocation to the next.
struct Warm<H>(Arc<H>);

impl<H: Handler> Handler for Warm<H> {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        self.0.handle(record).await
    }
}

/// A mark before the queue has the record would have it taken for a copy of a record that was processed, and lost.
#[tokio::test]
async fn a_record_that_the_queue_refused_is_not_a_copy_in_either_nesting() {
    let letters = [Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0))];
    let inside = DeadLetters::new(Deduplicate::new(quoted, Recent::default()), at_second_attempt(&letters[0]));
    let outside = Deduplicate::new(DeadLetters::new(quoted, at_second_attempt(&letters[1])), Recent::default());
    let third = [comes_again(inside).await, comes_again(outside).await];
    // The copy of a skipped record goes to the queue again where its mark would have come too early.
    assert_eq!(third, [SkippedByHandler, Skipped]);
    assert_eq!(letters.map(|letters| *letters.lock().unwrap()), [3, 2]);
}

/// What happens to a copy of a record that was refused, and skipped when it came again.
async fn comes_again(handler: impl Handler) -> kinetrace::history::ProcessOutcome {
    let (handler, records) = (Arc::new(handler), [counted(0, "ok"), counted(1, "skip"), counted(2, "ok")]);
    let records = event_of_data(&records.each_ref().map(String::as_str));
    let first = World::new().invoke(Warm(Arc::clone(&handler)), &records).await;
    assert_eq!(first.processed(), [("8", Succeeded), ("9", Failed)]);
    let second = World::new().invoke(Warm(Arc::clone(&handler)), &records).await;
    assert_eq!(second.processed(), [("8", Skipped), ("9", SkippedByHandler), ("10", Succeeded)]);
    World::new().invoke(Warm(handler), &records).await.log[1].outcome
}
