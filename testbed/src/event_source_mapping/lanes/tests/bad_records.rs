//! The mapping's decisions and the consumer's together: a record that can never be processed costs itself and no other.
//!
//! No stream, no process: the consumer is called with the events that a mapping would send, as the runtime calls it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinetrace::aggregation;
use kinetrace_consumer::{Configuration, Consumer, Failure, Handler, KinesisEvent, RecordLog};
use lambda_runtime::{Diagnostic, LambdaEvent};
use proptest::prelude::*;
use serde_json::Value;
use tower::Service as _;

use super::*;
use crate::event_source_mapping::event::EventWriter;
use crate::event_source_mapping::stream::Stream;

/// How a Kinesis record is bad, if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    /// The business code fails.
    Fails,
    Panics,
    /// An aggregate, of whose records the second fails.
    FailsWithin,
    /// Its data is not base64 by the time it gets to the consumer.
    Unreadable,
    /// Nor has it a sequence number.
    Unidentified,
}

impl Kind {
    fn data(self) -> Bytes {
        let record = |word: &str| kinetrace::Record::new("aggregated", word);
        match self {
            Kind::Fails => "fail".into(),
            Kind::Panics => "panic".into(),
            Kind::FailsWithin => aggregation::pack(&record("ok"), [&record("fail"), &record("ok")]).data.into(),
            Kind::Good | Kind::Unreadable | Kind::Unidentified => "ok".into(),
        }
    }
}

fn kind(percent: u32) -> impl Strategy<Value = Kind> {
    let bad = [Kind::Fails, Kind::Panics, Kind::FailsWithin, Kind::Unreadable, Kind::Unidentified];
    prop_oneof![100 - percent => Just(Kind::Good), percent => proptest::sample::select(bad.to_vec())]
}

/// Records with their keys, few of them bad, or many.
fn records() -> impl Strategy<Value = Vec<(u8, Kind)>> {
    (1..60_u32).prop_flat_map(|percent| proptest::collection::vec((0..6_u8, kind(percent)), 1..120))
}

/// As many attempts as the worst order of good and bad records takes: between two halvings a batch makes progress once.
fn settings() -> impl Strategy<Value = Settings> {
    let sizes = prop_oneof![1..20_usize, 20..120_usize];
    (sizes, 1..=10_usize, 0..3_u32, any::<u64>()).prop_map(|(batch_size, parallelization_factor, more, seed)| {
        Settings {
            batch_size,
            parallelization_factor,
            maximum_retry_attempts: Some(batch_size.ilog2() + more),
            seed,
            ..Settings::of_template()
        }
    })
}

/// What came of a run.
#[derive(Debug, Default)]
struct Run {
    batches: usize,
    invocations: usize,
    discarded: Vec<Vec<usize>>,
    /// The numbers of the records that the business code was done with, in this order.
    processed: Vec<usize>,
}

/// The business code, which notes the records that it is done with.
#[derive(Clone, Default)]
struct Business(Arc<Mutex<Vec<usize>>>);

impl Handler for Business {
    async fn handle(&self, record: kinetrace_consumer::Record) -> Result<(), Failure> {
        let number = record.sequence_number.as_str();
        // Records that are under way together end in another order than they began in.
        for _ in 0..number.len() {
            tokio::task::yield_now().await;
        }
        match &record.payload[..] {
            b"fail" => return Err(Failure::new("as asked")),
            // A panic that is not reported, for there are many.
            b"panic" => std::panic::resume_unwind(Box::new("as asked")),
            _ => self.0.lock().unwrap().push(number.parse().unwrap()),
        }
        Ok(())
    }
}

async fn run(settings: &Settings, records: &[(u8, Kind)], at_once: usize) -> Run {
    let mut lanes = Lanes::new(settings.clone(), settings.seed);
    for (number, (key, kind)) in records.iter().enumerate() {
        lanes.push(Record { data: kind.data(), ..record(&format!("N{key}"), number) });
    }
    let business = Business::default();
    let mut configuration = Configuration::default();
    configuration.max_concurrency = NonZero::new(at_once).unwrap();
    let telemetry = kinetrace::Telemetry::new(None, kinetrace::Propagators::default());
    let mut consumer = Consumer::new(business.clone(), configuration, telemetry, RecordLog::new(drop));
    let (mut run, mut in_flight) = (Run::default(), VecDeque::new());
    loop {
        let mut waiting = lanes.waiting();
        while let Some(batch) = lanes.take() {
            in_flight.push_back(batch);
            run.batches += usize::from(lanes.waiting() < waiting);
            waiting = lanes.waiting();
        }
        let Some(batch) = in_flight.pop_front() else { break };
        run.invocations += 1;
        let answer = invoke(&mut consumer, &batch, records).await;
        let outcome = Outcome::of(answer, settings.report_batch_item_failures, &batch.records);
        let settled = lanes.settle(batch, &outcome);
        let number = |record: &Record| record.sequence_number.as_str().parse().unwrap();
        run.discarded.extend(settled.discarded.map(|(records, _)| records.iter().map(number).collect()));
    }
    assert!(lanes.is_empty());
    run.processed.clone_from(&business.0.lock().unwrap());
    run
}

async fn invoke(consumer: &mut Consumer<Business>, batch: &Batch, kinds: &[(u8, Kind)]) -> Result<Bytes, String> {
    let stream = Stream { name: "flights".into(), arn: "arn:aws:kinesis:us-east-1:000000000000:stream/flights".into() };
    let event = EventWriter::new(&stream, "shardId-000000000000").write(&batch.records);
    let mut context = lambda_runtime::Context::default();
    let deadline = SystemTime::now() + Duration::from_secs(60);
    context.deadline = u64::try_from(deadline.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    match consumer.call(LambdaEvent::new(damaged(&event, kinds), context)).await {
        Ok(response) => Ok(serde_json::to_vec(&response).unwrap().into()),
        Err(error) => Err(Diagnostic::from(error).error_type),
    }
}

/// The event, with what is to be unreadable made so.
fn damaged(event: &[u8], kinds: &[(u8, Kind)]) -> KinesisEvent {
    let mut event: Value = serde_json::from_slice(event).unwrap();
    for entry in event["Records"].as_array_mut().unwrap() {
        let kinesis = entry["kinesis"].as_object_mut().unwrap();
        let number: usize = kinesis["sequenceNumber"].as_str().unwrap().parse().unwrap();
        let (_, kind) = kinds[number];
        if matches!(kind, Kind::Unreadable | Kind::Unidentified) {
            kinesis.insert("data".to_owned(), "%%%".into());
        }
        if kind == Kind::Unidentified {
            kinesis.remove("sequenceNumber");
        }
    }
    serde_json::from_str(&event.to_string()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With the shipped settings, and attempts for the worst order in which bad records may stand.
    #[test]
    fn the_mapping_discards_the_bad_records_alone_and_nothing_else(
        settings in settings(),
        records in records(),
        at_once in 1..5_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let run = runtime.block_on(run(&settings, &records, at_once));
        let (bad, good): (BTreeSet<_>, BTreeSet<_>) = (0..records.len()).partition(|it| records[*it].1 != Kind::Good);
        prop_assert!(run.discarded.iter().all(|batch| batch.len() == 1), "more than one at a time: {:?}", run.discarded);
        let discarded: BTreeSet<_> = run.discarded.concat().into_iter().collect();
        prop_assert_eq!(&discarded, &bad, "discarded, bad");
        let mut first = BTreeMap::<_, Vec<_>>::new();
        let mut seen = BTreeSet::new();
        for number in run.processed.iter().filter(|number| good.contains(number)) {
            if seen.insert(*number) {
                first.entry(records[*number].0).or_default().push(*number);
            }
        }
        prop_assert_eq!(seen, good, "processed, good");
        prop_assert!(first.values().all(|numbers| numbers.is_sorted()), "out of order: {:?}", first);
        // Up to the bad record, down to it, its attempts, and the rests of what was halved.
        let halvings = settings.batch_size.next_power_of_two().ilog2() as usize;
        let each = 1 + 2 * halvings + settings.maximum_retry_attempts.unwrap() as usize + 1;
        prop_assert!(run.invocations <= run.batches + bad.len() * each, "{} invocations", run.invocations);
    }
}
