//! Partitions and the consumer together: no broker, no process. A record that can never be processed costs itself and no
//! other, whatever the mapping makes of the consumer's answer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinetrace_consumer::kafka::{Answer, KafkaEvent};
use kinetrace_consumer::{Consumer, Failure, Handler, RecordLog};
use lambda_runtime::{Diagnostic, LambdaEvent};
use proptest::prelude::*;
use serde_json::Value;
use tower::Service as _;

use super::*;
use crate::event_source_mapping::kafka::batch_response::outcome;
use crate::event_source_mapping::kafka::dialect::Dialect;
use crate::event_source_mapping::kafka::event::EventWriter;

const TOPIC: &str = "flights-by-tail";

/// How a record is bad, if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    /// The business code fails.
    Fails,
    Panics,
    /// Its value is not base64 by the time it gets to the consumer.
    Unreadable,
    /// Nor has it an offset.
    Unidentified,
}

type Place = (u32, i64);

/// The business code, which notes the records that it is done with.
#[derive(Clone, Default)]
struct Business(Arc<Mutex<Vec<Place>>>);

impl Handler for Business {
    async fn handle(&self, record: kinetrace_consumer::Record) -> Result<(), Failure> {
        let number = record.sequence_number.as_str();
        // Records that are in flight together end in another order than they began in.
        for _ in 0..number.len() {
            tokio::task::yield_now().await;
        }
        match &record.payload[..] {
            b"fail" => return Err(Failure::retry("as asked")),
            // A panic that is not reported, because there are many.
            b"panic" => std::panic::resume_unwind(Box::new("as asked")),
            _ => self.0.lock().unwrap().push((record.shard_id.parse().unwrap(), number.parse().unwrap())),
        }
        Ok(())
    }
}

/// How a run ended.
#[derive(Debug, Default)]
struct Run {
    discarded: Vec<Vec<Place>>,
    processed: Vec<Place>,
}

async fn run(settings: &Settings, kinds: &BTreeMap<Place, Kind>, at_once: usize) -> Run {
    let mut partitions = Partitions::new(settings.clone());
    partitions.grow(4);
    for ((partition, offset), kind) in kinds {
        let value = match kind {
            Kind::Fails => "fail",
            Kind::Panics => "panic",
            Kind::Good | Kind::Unreadable | Kind::Unidentified => "ok",
        };
        let key = Some(format!("N{}", offset % 3).into());
        partitions.push(Record { key, value: Some(value.into()), ..record(*partition, *offset) });
    }
    let business = Business::default();
    let builder = Consumer::builder(business.clone()).read_environment(false).record_log(RecordLog::new(drop));
    let answer = if settings.reading().is_some() { Answer::Items } else { Answer::Error };
    let builder = builder.max_concurrency(NonZero::new(at_once).unwrap()).kafka_answer(answer);
    let mut consumer = builder.build().unwrap();
    let mut rng = fastrand::Rng::with_seed(settings.seed);
    let (mut run, mut in_flight) = (Run::default(), VecDeque::new());
    loop {
        in_flight.extend(std::iter::from_fn(|| partitions.take()));
        let Some(batch) = in_flight.pop_front() else { break };
        let event = EventWriter::new(&settings.cluster, TOPIC).write(&batch.records, Dialect::any(&mut rng));
        let answer = invoke(&mut consumer, damaged(&event, kinds)).await;
        let outcome = outcome(answer, settings.reading(), TOPIC, &batch.records);
        let settled = partitions.settle(batch, &outcome);
        run.discarded.extend(settled.discarded.map(|(records, _)| places(&records)));
    }
    run.processed.clone_from(&business.0.lock().unwrap());
    run
}

async fn invoke(consumer: &mut Consumer<Business>, event: KafkaEvent) -> Result<Bytes, String> {
    let mut context = lambda_runtime::Context::default();
    let deadline = SystemTime::now() + Duration::from_secs(60);
    context.deadline = u64::try_from(deadline.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    match consumer.call(LambdaEvent::new(event, context)).await {
        Ok(response) => Ok(serde_json::to_vec(&response).unwrap().into()),
        Err(error) => Err(Diagnostic::from(error).error_type),
    }
}

/// The event, with what is to be unreadable made so.
fn damaged(event: &[u8], kinds: &BTreeMap<Place, Kind>) -> KafkaEvent {
    let mut event: Value = serde_json::from_slice(event).unwrap();
    for list in event["records"].as_object_mut().unwrap().values_mut() {
        for record in list.as_array_mut().unwrap().iter_mut().map(|record| record.as_object_mut().unwrap()) {
            let partition = u32::try_from(record["partition"].as_u64().unwrap()).unwrap();
            let kind = kinds[&(partition, record["offset"].as_i64().unwrap())];
            if matches!(kind, Kind::Unreadable | Kind::Unidentified) {
                record.insert("value".to_owned(), "%%%".into());
            }
            if kind == Kind::Unidentified {
                record.remove("offset");
            }
        }
    }
    serde_json::from_str(&event.to_string()).unwrap()
}

fn kinds() -> impl Strategy<Value = BTreeMap<Place, Kind>> {
    let bad = [Kind::Fails, Kind::Panics, Kind::Unreadable, Kind::Unidentified];
    let kind = move |percent: u32| prop_oneof![100 - percent => Just(Kind::Good), percent => proptest::sample::select(bad.to_vec())];
    let records = (1..40_u32).prop_flat_map(move |percent| proptest::collection::vec((0..4_u32, kind(percent)), 1..80));
    records
        .prop_map(|records| (0..).zip(records).map(|(offset, (partition, kind))| ((partition, offset), kind)).collect())
}

/// Halves, and as many attempts as the worst order of good and bad records takes: between two halvings a batch makes progress
/// once.
fn settings() -> impl Strategy<Value = Settings> {
    let readings = proptest::sample::select(vec![None, Some(Reading::Rewind), Some(Reading::Items)]);
    (1..60_usize, 1..4_usize, 0..3_u32, readings, 0..15_u8, 0..15_u8, any::<u64>()).prop_map(
        |(batch_size, pollers, more, report_batch_item_failures, deal_percent, redelivery_percent, seed)| {
            let provisioned = Provisioned {
                maximum_retry_attempts: Some(batch_size.ilog2() + more),
                bisect_batch_on_function_error: true,
                report_batch_item_failures,
                ..Provisioned::default()
            };
            let mode = Mode::Provisioned(provisioned);
            Settings { batch_size, pollers, mode, deal_percent, redelivery_percent, seed, ..Settings::default() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_mapping_discards_the_bad_records_alone_and_nothing_else(
        settings in settings(),
        kinds in kinds(),
        at_once in 1..5_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let run = runtime.block_on(run(&settings, &kinds, at_once));
        let (bad, good): (BTreeSet<Place>, BTreeSet<Place>) = kinds.keys().partition(|it| kinds[*it] != Kind::Good);
        prop_assert!(run.discarded.iter().all(|batch| batch.len() == 1), "more than one at a time: {:?}", run.discarded);
        let discarded: BTreeSet<_> = run.discarded.concat().into_iter().collect();
        prop_assert_eq!(&discarded, &bad, "discarded, bad");
        let (mut first, mut seen) = (BTreeMap::<_, Vec<_>>::new(), BTreeSet::new());
        for (partition, offset) in run.processed {
            if seen.insert((partition, offset)) {
                first.entry((partition, offset % 3)).or_default().push(offset);
            }
        }
        prop_assert_eq!(seen, good, "processed, good");
        prop_assert!(first.values().all(|offsets| offsets.is_sorted()), "out of order: {:?}", first);
    }
}
