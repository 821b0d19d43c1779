//! A second transport, as one of topics would be: records of several partitions, each with its own order and its own end.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use kinetrace::__private::{RecordTracer, semantic_conventions as names};
use kinetrace::history::{self, ProcessOutcome, Relation};
use kinetrace::{Propagators, Telemetry};
use opentelemetry::{Context, KeyValue};
use tokio::sync::Barrier;

use super::*;
use crate::any_handler::AnyHandler;
use crate::call::Terms;
use crate::failure::Failure;
use crate::handler::IntoHandler;
use crate::metrics::Metrics;
use crate::record::Record;
use crate::record_log::RecordLog;

mod by_batch;

enum Topic {}

struct Entry {
    partition: &'static str,
    offset: usize,
    key: Option<&'static str>,
}

type Cut = (&'static str, usize, Cause);

impl Transport for Topic {
    type Waiting = Entry;
    type Unreadable = (&'static str, usize);
    type Cut = Cut;

    fn key(waiting: &Entry) -> Key<'_> {
        waiting.key.map_or(Key::None, Key::Text)
    }

    fn context(_: &Entry) -> Option<&Context> {
        None
    }

    fn read(Entry { partition, offset, key }: Entry) -> Option<Message> {
        let mut record = Record::new(key.unwrap_or_default(), format!("{partition}-{offset}"));
        (record.stream, record.shard_id) = ("flights".into(), partition.into());
        record.sequence_number = offset.to_string().as_str().into();
        Some(Message { record, key: key.map(Into::into), context: Context::new() })
    }

    fn cut(Entry { partition, offset, .. }: &Entry, cause: Cause) -> Cut {
        (*partition, *offset, cause)
    }

    fn out_of_time(cut: &mut Cut) {
        cut.2 = Cause::OutOfTime;
    }

    fn cut_at_unreadable((partition, offset): (&'static str, usize)) -> Cut {
        (partition, offset, Cause::Failed)
    }

    fn unreadable_line(
        (partition, offset): &(&'static str, usize),
        function: Option<Arc<str>>,
        request_id: &Arc<str>,
    ) -> history::Process {
        let mut process = history::Process::new(
            "flights",
            *partition,
            offset.to_string().as_str(),
            ProcessOutcome::Failed,
            history::Timestamp::default(),
            history::Timestamp::default(),
        );
        process.function = function;
        process.request_id = Arc::clone(request_id);
        process.format = history::UNREADABLE.into();
        process
    }

    fn add_span_attributes(_: &Record, attributes: &mut Vec<KeyValue>) {
        attributes.push(KeyValue::new(names::MESSAGING_SYSTEM, "kafka"));
    }

    fn batch_attributes(_: &Record) -> Vec<KeyValue> {
        vec![KeyValue::new(names::MESSAGING_SYSTEM, "kafka")]
    }

    fn metric_attributes(_: &Arc<str>) -> Vec<KeyValue> {
        vec![KeyValue::new(names::MESSAGING_SYSTEM, "kafka")]
    }
}

const PARTITIONS: [&str; 3] = ["flights-0", "flights-1", "flights-2"];

/// Records of these partitions and keys, with the offsets of their partitions. A `?` is one that cannot be read.
fn slots(records: &[(usize, &'static str)]) -> Vec<Slot<Topic>> {
    let mut next = [0; 3];
    let slot = |(number, key): &(usize, &'static str)| {
        let (partition, offset) = (PARTITIONS[*number], next[*number]);
        next[*number] += 1;
        match *key {
            "?" => Slot::unreadable(*number, (partition, offset)),
            key => {
                let key = Some(key).filter(|key| !key.is_empty());
                Slot::waiting(*number, Entry { partition, offset, key })
            }
        }
    };
    records.iter().map(slot).collect()
}

/// The cuts, and the lines: what was processed with success, what without.
async fn run<M>(
    handler: impl IntoHandler<M, Handler: AnyHandler>,
    slots: Vec<Slot<Topic>>,
    max_concurrency: usize,
    time: Duration,
) -> (Vec<Cut>, Vec<String>, Vec<String>) {
    let telemetry = Telemetry::new(None, Propagators::default());
    let handler = handler.with_state(());
    let lines = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let log = RecordLog::new({
        let lines = Arc::clone(&lines);
        move |line| {
            let (done, failed) = &mut *lines.lock().unwrap();
            let lines = if line.outcome == ProcessOutcome::Succeeded { done } else { failed };
            lines.push(format!("{} {}", line.shard, line.sequence_number));
        }
    });
    let caller = Caller { function: None, request_id: "request-1".into() };
    let processing = Processing {
        handler: &handler,
        tracer: &telemetry.tracer(),
        record_tracer: &RecordTracer::of(&telemetry),
        metrics: &Metrics::new(telemetry.clone()),
        log: &log,
        invocation: &Context::new(),
        relation: Relation::Link,
        key_names: None,
        terms: &Arc::new(Terms { stop_by: Instant::now() + time, caller }),
        batches: &AtomicU64::new(0),
        done: None,
    };
    let cuts = AnyHandler::process(slots, max_concurrency, &processing).await;
    let (done, failed) = lines.lock().unwrap().clone();
    (cuts, done, failed)
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_record_that_fails_and_one_that_cannot_be_read_end_their_own_partitions_only() {
    let records = [(0, "a"), (1, "a"), (2, "a"), (0, "b"), (1, "?"), (2, "a"), (0, "b"), (1, "b"), (2, "b")];
    let handler = async |record: Record| match &record.payload[..] {
        b"flights-0-1" => Err(Failure::retry("no such plane")),
        _ => Ok(()),
    };
    for max_concurrency in [1, 2, 9] {
        let (cuts, mut done, mut failed) = run(handler, slots(&records), max_concurrency, HOUR).await;
        assert_eq!(cuts, [("flights-0", 1, Cause::Failed), ("flights-1", 1, Cause::Failed)], "{max_concurrency}");
        done.sort();
        failed.sort();
        assert_eq!(done, ["flights-0 0", "flights-1 0", "flights-2 0", "flights-2 1", "flights-2 2"]);
        assert_eq!(failed, ["flights-0 1", "flights-1 1"]);
    }
}

#[tokio::test(start_paused = true)]
async fn records_of_one_key_or_of_none_are_processed_side_by_side_if_their_partitions_differ() {
    let together = Arc::new(Barrier::new(2));
    let handler = move |_: Record| {
        let together = Arc::clone(&together);
        async move {
            together.wait().await;
            Ok::<_, Failure>(())
        }
    };
    for key in ["a", ""] {
        let (cuts, done, _) = run(handler.clone(), slots(&[(0, key), (1, key)]), 2, HOUR).await;
        assert_eq!((cuts.len(), done.len()), (0, 2), "{key:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn when_time_is_up_each_partition_is_to_start_again_at_its_first_record_that_is_not_done() {
    let handler = async |record: Record| {
        let is_slow = &record.payload[..] == b"flights-0-1";
        tokio::time::sleep(if is_slow { HOUR } else { Duration::from_secs(1) }).await;
        Ok::<_, Failure>(())
    };
    let records = [(0, "a"), (1, "a"), (2, "a"), (0, "a"), (1, "a"), (0, "a")];
    let (cuts, done, failed) = run(handler, slots(&records), 1, Duration::from_secs(10)).await;
    assert_eq!(cuts, [("flights-0", 1, Cause::Failed), ("flights-1", 1, Cause::OutOfTime)]);
    assert_eq!(done, ["flights-0 0", "flights-1 0", "flights-2 0"]);
    assert_eq!(failed, ["flights-0 1"], "it was cut off");
}
