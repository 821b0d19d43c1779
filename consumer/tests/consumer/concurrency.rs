//! Records of different groups at once, those of one group never.

use std::num::NonZero;
use std::sync::{Arc, Mutex};

use kinetrace::__private::aggregation;
use kinetrace::Reader;
use kinetrace_consumer::{Failure, Record};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use tokio::sync::Barrier;
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::world::{Outcome, SPAN_ID, TRACE_ID, World, envelope, keyed_event};

fn concurrent(records: usize) -> World {
    World::new().choosing(|it| it.max_concurrency(NonZero::new(records).unwrap()))
}

/// What was begun and ended, in the order of time.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, what: &str, record: &Record) {
        self.0.lock().unwrap().push(format!("{what} {}", String::from_utf8_lossy(&record.payload)));
    }

    async fn invoke(&self, world: World, event: &str) -> Outcome {
        let journal = self.clone();
        let handler = move |record: Record| {
            let journal = journal.clone();
            async move {
                journal.note("begin", &record);
                tokio::task::yield_now().await;
                journal.note("end", &record);
                Ok::<_, Failure>(())
            }
        };
        world.invoke(handler, event).await
    }
}

#[tokio::test]
async fn groups_are_processed_side_by_side() {
    let barrier = Arc::new(Barrier::new(3));
    let handler = move |_: Record| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Ok::<_, Failure>(())
        }
    };
    let outcome = concurrent(3).invoke(handler, &keyed_event(&[("a", "1"), ("b", "2"), ("c", "3")])).await;
    assert_eq!((outcome.stop(), outcome.log.len()), (None, 3));
}

#[tokio::test]
async fn a_group_is_processed_in_order_and_no_more_records_at_once_than_may_be() {
    let journal = Journal::default();
    let outcome = journal
        .invoke(concurrent(2), &keyed_event(&[("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1"), ("a", "a3")]))
        .await;
    assert_eq!(outcome.stop(), None);
    let journal = journal.0.lock().unwrap();
    let of_a: Vec<_> = journal.iter().filter(|line| line.contains(" a")).collect();
    assert_eq!(of_a, ["begin a1", "end a1", "begin a2", "end a2", "begin a3", "end a3"]);
    let mut under_way: usize = 0;
    for line in journal.iter() {
        under_way = if line.starts_with("begin") { under_way + 1 } else { under_way - 1 };
        assert!(under_way <= 2, "{journal:?}");
    }
    assert_eq!(journal[..2], ["begin a1", "begin b1"]);
}

/// Data that carries a context of its own, which is preferred to one in the key, and data that carries none.
fn formats(payload: &str) -> Vec<(&'static str, String)> {
    let traceparent = format!("00-{TRACE_ID}-{SPAN_ID}-01");
    let datadog = r#"{"x-datadog-trace-id":"7","x-datadog-parent-id":"8"}"#;
    vec![
        ("none", payload.to_owned()),
        ("envelope", envelope(payload)),
        ("member", format!(r#"{{"traceparent":"{traceparent}","n":{payload}}}"#)),
        ("w3c member", format!(r#"{{"n":{payload},"traceparent":"{traceparent}"}}"#)),
        ("_otel", format!(r#"{{"n":{payload},"_otel":{{"traceparent":"{traceparent}"}}}}"#)),
        ("_datadog", format!(r#"{{"n":{payload},"_datadog":{datadog}}}"#)),
    ]
}

/// How many of these records, each with its key, are in flight at once.
async fn at_once(world: World, records: &[(String, Vec<u8>)]) -> usize {
    let journal = Journal::default();
    assert_eq!(journal.invoke(world, &keyed_event(records)).await.stop(), None);
    let mut under_way: usize = 0;
    let count = |line: &String| {
        under_way = if line.starts_with("begin") { under_way + 1 } else { under_way - 1 };
        under_way
    };
    journal.0.lock().unwrap().iter().map(count).max().unwrap()
}

/// Their partition keys do not say what the records are about: the key is asked, and not the format of the data.
#[tokio::test]
async fn records_whose_partition_key_is_a_context_are_processed_one_after_another() {
    let traceparents = [1, 2, 3].map(|n| format!("00-{TRACE_ID}-000000000000000{n}-01"));
    let business = [1, 2, 3].map(|n| format!("N{n}"));
    let reads_no_keys = || concurrent(10).choosing(|it| it.reader(Reader::default().read_partition_key(false)));
    for place in 0..formats("0").len() {
        let records = |outer: &[String; 3], inner: Option<&[String; 3]>| -> Vec<_> {
            let record = |n: usize| {
                let (_, data) = formats(&n.to_string()).swap_remove(place);
                let packed = inner.map(|keys| aggregation::pack(&kinetrace::Record::new(&keys[n], &*data), []).data);
                (outer[n].clone(), packed.unwrap_or(data.into_bytes()))
            };
            (0..3).map(record).collect()
        };
        let (name, _) = formats("0").swap_remove(place);
        assert_eq!(at_once(concurrent(10), &records(&traceparents, None)).await, 1, "{name}");
        assert_eq!(at_once(concurrent(10), &records(&business, None)).await, 3, "{name}");
        assert_eq!(at_once(reads_no_keys(), &records(&traceparents, None)).await, 3, "{name}: they are business keys");
        assert_eq!(at_once(concurrent(10), &records(&business, Some(&traceparents))).await, 1, "{name}, aggregated");
        assert_eq!(at_once(concurrent(10), &records(&traceparents, Some(&business))).await, 3, "{name}, aggregated");
        assert_eq!(at_once(reads_no_keys(), &records(&business, Some(&traceparents))).await, 3, "{name}, aggregated");
    }
}

/// Records of an aggregate are not unpacked when they are given their turns.
#[tokio::test]
async fn records_packed_under_a_key_that_is_a_context_are_processed_one_after_another() {
    let traceparents = [1, 2].map(|n| format!("00-{TRACE_ID}-000000000000000{n}-01"));
    let business = [1, 2].map(|n| format!("N{n}"));
    let packs = |keys: &[String; 2]| -> Vec<_> {
        let of = |key: &String| [1, 2].map(|n| kinetrace::Record::new(key, format!("{key} {n}")));
        let pack = |[first, second]: [kinetrace::Record; 2]| aggregation::pack(&first, [&second]).data;
        keys.iter().map(|key| ("outer".to_owned(), pack(of(key)))).collect()
    };
    assert_eq!(at_once(concurrent(10), &packs(&traceparents)).await, 1);
    assert_eq!(at_once(concurrent(10), &packs(&business)).await, 2);
}

/// A record without a key, with an empty one, or with a context in its place may belong to any of the others.
#[tokio::test]
async fn records_without_a_key_of_their_own_share_one_lane() {
    let traceparent = format!("00-{TRACE_ID}-{SPAN_ID}-01");
    let keyless = keyed_event(&[("null", "1"), ("", "2"), (&traceparent, "3")]);
    let journal = Journal::default();
    journal.invoke(concurrent(10), &keyless.replace(r#""null""#, "null")).await;
    assert_eq!(*journal.0.lock().unwrap(), ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
}

#[tokio::test]
async fn what_handlers_open_lands_below_their_own_records_however_they_take_turns() {
    let world = concurrent(2);
    let tracer = Arc::new(world.provider.tracer("business"));
    let layer = tracing_opentelemetry::layer().with_tracer(world.provider.tracer("tracing"));
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let barrier = Arc::new(Barrier::new(2));
    let handler = move |record: Record| {
        let (tracer, barrier) = (Arc::clone(&tracer), Arc::clone(&barrier));
        let name = String::from_utf8(record.payload.to_vec()).unwrap();
        async move {
            barrier.wait().await;
            tracer.in_span(format!("api {name}"), |_| ());
            async { barrier.wait().await }.instrument(tracing::info_span!("tracing", otel.name = name)).await;
            tracer.in_span(format!("api after {name}"), |_| ());
            Ok::<_, Failure>(())
        }
    };
    let outcome = world.invoke(handler, &keyed_event(&[("a", &envelope("1")), ("b", &envelope("2"))])).await;
    assert_eq!(outcome.stop(), None);
    for line in &outcome.log {
        let name = if line.payload_crc32 == crc32fast::hash(b"1") { "1" } else { "2" };
        let process = &line.span.as_ref().unwrap().span_id;
        assert_eq!(line.context.as_ref().unwrap().span_id, SPAN_ID);
        for span in [format!("api {name}"), name.to_owned(), format!("api after {name}")] {
            assert_eq!(outcome.span(&span).parent_span_id.to_string(), *process, "{span}");
        }
    }
}
