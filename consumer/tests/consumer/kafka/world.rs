//! A consumer called with events of Kafka, and everything it leaves behind.

use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinetrace::history::Process;
use kinetrace_consumer::kafka::{Answer, BatchError, BatchResponse};
use kinetrace_consumer::{
    AnyHandler, Consumer, ConsumerBuilder, Event, EventError, EventResponse, IntoHandler, RecordLog,
};
use lambda_runtime::LambdaEvent;
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};
use tower::Service as _;

use crate::world::{World, context};

/// Everything an invocation leaves behind.
pub(super) struct Outcome {
    pub(super) answer: Result<BatchResponse, BatchError>,
    pub(super) log: Vec<Process>,
    pub(super) spans: Vec<SpanData>,
}

impl Outcome {
    /// The answer, as Lambda gets it.
    pub(super) fn told(&self) -> Result<Value, String> {
        self.answer.as_ref().map(|it| serde_json::to_value(it).unwrap()).map_err(ToString::to_string)
    }

    pub(super) fn span(&self, name: &str) -> &SpanData {
        self.spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name}"))
    }
}

/// What is chosen of the consumer, and how much time an invocation has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invoker {
    pub(super) answer: Answer,
    pub(super) at_once: usize,
    pub(super) time: Duration,
}

impl Default for Invoker {
    fn default() -> Self {
        Self { answer: Answer::Error, at_once: 1, time: Duration::from_secs(60) }
    }
}

impl Invoker {
    pub(super) async fn invoke<M, T: IntoHandler<M, Handler: AnyHandler>>(self, handler: T, event: &Value) -> Outcome {
        self.invoke_with(handler, event, |it| it).await
    }

    pub(super) async fn invoke_with<M, T: IntoHandler<M, Handler: AnyHandler>>(
        self,
        handler: T,
        event: &Value,
        choose: impl FnOnce(ConsumerBuilder<T::Handler>) -> ConsumerBuilder<T::Handler>,
    ) -> Outcome {
        let world = World::new();
        self.run(&world, choose(Consumer::builder(handler)), &event.to_string()).await
    }

    /// The event as it stands in its text: the order of its partitions is a part of it.
    pub(super) async fn invoke_in<M, T: IntoHandler<M, Handler: AnyHandler>>(
        self,
        world: &World,
        handler: T,
        event: &str,
    ) -> Outcome {
        self.run(world, Consumer::builder(handler), event).await
    }

    async fn run<H: AnyHandler>(self, world: &World, builder: ConsumerBuilder<H>, event: &str) -> Outcome {
        let log = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&log);
        let builder = builder
            .read_environment(false)
            .telemetry(world.telemetry())
            .record_log(RecordLog::new(move |line| sink.lock().unwrap().push(line)))
            .max_concurrency(NonZero::new(self.at_once).unwrap())
            .kafka_answer(self.answer);
        let mut consumer = builder.build().unwrap();
        let event: Event = serde_json::from_str(event).unwrap();
        let answer = match consumer.call(LambdaEvent::new(event, self.context())).await {
            Ok(EventResponse::Kafka(response)) => Ok(response),
            Err(EventError::Kafka(error)) => Err(error),
            other => panic!("{other:?}"),
        };
        let log = std::mem::take(&mut *log.lock().unwrap());
        Outcome { answer, log, spans: world.spans() }
    }

    fn context(self) -> lambda_runtime::Context {
        let mut context = context();
        let deadline = (SystemTime::now() + self.time).duration_since(UNIX_EPOCH).unwrap();
        context.deadline = u64::try_from(deadline.as_millis()).unwrap();
        context
    }
}

/// An event of these partitions.
pub(super) fn event(partitions: impl IntoIterator<Item = (String, Vec<Value>)>) -> Value {
    let records: serde_json::Map<_, _> =
        partitions.into_iter().map(|(name, records)| (name, Value::Array(records))).collect();
    json!({"eventSource": "aws:kafka", "bootstrapServers": "b-1.demo:9092", "records": records})
}
