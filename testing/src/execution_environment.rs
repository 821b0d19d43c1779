//! What runs a handler, from one invocation to the next.

use kinetrace_consumer::kafka::KafkaEvent;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{AnyHandler, Consumer, Event};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::TracerProvider as _;
use tower::Service;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry};

use crate::answer::Answer;
use crate::any_event::AnyEvent;
use crate::invocation::Invocation;
use crate::lambda_context::LambdaContext;
use crate::log_lines::LogLines;
use crate::record_lines::RecordLines;
use crate::recorder::Recorder;
use crate::sequence_numbers::sequence_numbers;
use crate::spans::panic_of;

/// An execution environment of Lambda: a consumer that is invoked several times, one after another, and goes on with what it
/// keeps in memory. See [`Invoker::environment`](crate::Invoker::environment).
///
/// ```
/// use kinetrace::history::ProcessOutcome;
/// use kinetrace_consumer::{Failure, Record};
/// use kinetrace_testing::{Invoker, KafkaEvent};
///
/// async fn handle(record: Record) -> Result<(), Failure> {
///     if record.payload == "landed" { Ok(()) } else { Err(Failure::retry("still in the air")) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let environment = Invoker::new().environment(handle);
/// let event = KafkaEvent::new("flights").traced("N14228", "landed").traced("N24211", "departed");
/// environment.invoke(&event).await;
///
/// // The whole batch comes again, and what was done of it is not handed to the handler once more.
/// let again = environment.invoke(&event).await;
/// assert_eq!(again.record_lines()[0].outcome, ProcessOutcome::Skipped);
/// assert_eq!(again.unfinished(), [("flights-0", 1)]);
/// # }
/// ```
#[derive(Debug)]
pub struct ExecutionEnvironment<H> {
    pub(crate) consumer: Consumer<H>,
    pub(crate) context: LambdaContext,
    pub(crate) recorder: Recorder,
    pub(crate) record_lines: RecordLines,
    pub(crate) keeps_subscriber: bool,
}

impl<H: AnyHandler> ExecutionEnvironment<H> {
    /// Invokes the handler with the event, as Lambda would.
    ///
    /// # Panics
    ///
    /// The event cannot be read, which is a bug of this crate.
    pub async fn invoke(&self, event: &impl AnyEvent) -> Invocation {
        #[expect(clippy::expect_used, reason = "documented")]
        self.invoke_json(&event.to_json().to_string()).await.expect("an event of the test kit can be read")
    }

    /// Invokes the handler with an event as Lambda or EventBridge Pipes sends it.
    ///
    /// # Errors
    ///
    /// It is an event neither of Kinesis nor of Kafka. In Lambda the invocation would fail.
    pub async fn invoke_json(&self, event: &str) -> Result<Invocation, serde_json::Error> {
        let (log_lines, before) = (LogLines::default(), self.recorder.spans().len());
        let subscriber = self.subscriber(&log_lines);
        let answer = match serde_json::from_str(event)? {
            Event::Kinesis(read) => {
                let answer = self.call::<KinesisEvent>(read).with_subscriber(subscriber).await;
                Answer::Kinesis(answer, sequence_numbers(event))
            }
            Event::Kafka(read) => Answer::Kafka(self.call::<KafkaEvent>(read).with_subscriber(subscriber).await),
            _ => panic_of(&format_args!(
                "the consumer is newer than the test kit, which does not know this kind of event"
            )),
        };
        Ok(Invocation {
            answer,
            spans: self.recorder.spans().into_iter().skip(before).collect(),
            metrics: self.recorder.all_metrics(),
            log_lines: log_lines.take(),
            record_lines: self.record_lines.take(),
        })
    }

    fn call<E>(&self, event: E) -> <Consumer<H> as Service<LambdaEvent<E>>>::Future
    where
        Consumer<H>: Service<LambdaEvent<E>>,
    {
        self.consumer.clone().call(LambdaEvent::new(event, self.context.begin()))
    }

    fn subscriber(&self, log_lines: &LogLines) -> Dispatch {
        if self.keeps_subscriber {
            return tracing::dispatcher::get_default(Dispatch::clone);
        }
        let log = tracing_subscriber::fmt::layer().json().with_writer(log_lines.clone()).with_filter(LevelFilter::INFO);
        let tracer = self.recorder.tracer_provider().tracer("tracing");
        let spans = tracing_opentelemetry::layer().with_tracer(tracer).with_filter(LevelFilter::INFO);
        Registry::default().with(log).with(spans).into()
    }
}
