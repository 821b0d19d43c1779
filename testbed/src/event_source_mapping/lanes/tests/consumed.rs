//! Lanes and the consumer together: no stream, no process. The consumer is called with the events that a mapping would
//! send, as the runtime calls it.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinetrace::__private::aggregation;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure, Handler, RecordLog};
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::Value;
use tower::Service as _;

use super::*;
use crate::event_source_mapping::event::EventWriter;
use crate::event_source_mapping::stream::Stream;

/// How a Kinesis record is bad, if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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

/// How a run ended.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) batches: usize,
    pub(super) invocations: usize,
    pub(super) discarded: Vec<Vec<usize>>,
    /// The numbers of the records that the business code was done with, in this order.
    pub(super) processed: Vec<usize>,
}

/// The business code, which notes the records that it is done with.
#[derive(Clone, Default)]
struct Business(Arc<Mutex<Vec<usize>>>);

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
            _ => self.0.lock().unwrap().push(number.parse().unwrap()),
        }
        Ok(())
    }
}

pub(super) async fn run(settings: &Settings, records: &[(u8, Kind)], at_once: usize) -> Run {
    let mut lanes = Lanes::new(settings.clone(), settings.seed);
    for (number, (key, kind)) in records.iter().enumerate() {
        lanes.push(Record { data: kind.data(), ..record(&format!("N{key}"), number) });
    }
    let business = Business::default();
    let builder = Consumer::builder(business.clone()).read_environment(false).record_log(RecordLog::new(drop));
    let mut consumer = builder.max_concurrency(NonZero::new(at_once).unwrap()).build().unwrap();
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
