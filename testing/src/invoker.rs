//! Invokes a handler as Lambda would.

use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kinetrace::history::Process;
use kinetrace::{KeyNames, Telemetry};
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{AnyHandler, Consumer, IntoHandler, Reader, RecordLog, RelationPolicy};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::TracerProvider as _;
use tower::Service as _;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry};

use crate::event::Event;
use crate::invocation::Invocation;
use crate::lambda_context::LambdaContext;
use crate::log_lines::LogLines;
use crate::recorder::Recorder;
use crate::sequence_numbers::sequence_numbers;

/// Invokes the handler with the event, as Lambda would, with nothing chosen and no variable read.
///
/// # Panics
///
/// The event cannot be read, which is a bug of this crate.
pub async fn invoke<M>(handler: impl IntoHandler<M, Handler: AnyHandler>, event: &Event) -> Invocation {
    Invoker::new().invoke(handler, event).await
}

/// Invokes handlers by a consumer of which something is chosen. No variable of the environment is read.
///
/// ```
/// use kinetrace_consumer::{Failure, Record, RelationPolicy};
/// use kinetrace_testing::{Event, Invoker};
///
/// async fn handle(record: Record) -> Result<(), Failure> {
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let event = Event::new("flights").traced("N14228", "1").traced("N24211", "2");
/// let invoker = Invoker::new().relation(RelationPolicy::Parent);
/// let invocation = invoker.invoke(handle, &event).await;
/// assert_eq!(invocation.process_span(1).parent_span_id, event.context(1).unwrap().span_id());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Invoker {
    reader: Reader,
    relation: RelationPolicy,
    max_concurrency: NonZero<usize>,
    key_attribute: bool,
    context: LambdaContext,
    key_names: KeyNames,
    recorder: Option<Recorder>,
    telemetry: Option<Telemetry>,
    keeps_subscriber: bool,
}

impl Default for Invoker {
    fn default() -> Self {
        Self {
            reader: Reader::default(),
            relation: RelationPolicy::default(),
            max_concurrency: NonZero::<usize>::MIN,
            key_attribute: true,
            context: LambdaContext::default(),
            key_names: KeyNames::default(),
            recorder: None,
            telemetry: None,
            keeps_subscriber: false,
        }
    }
}

impl Invoker {
    /// With nothing chosen, and a minute until the deadline.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`ConsumerBuilder::reader`](kinetrace_consumer::ConsumerBuilder::reader).
    #[must_use]
    pub fn reader(self, reader: Reader) -> Self {
        Self { reader, ..self }
    }

    /// As [`ConsumerBuilder::relation`](kinetrace_consumer::ConsumerBuilder::relation).
    #[must_use]
    pub fn relation(self, relation: RelationPolicy) -> Self {
        Self { relation, ..self }
    }

    /// As [`ConsumerBuilder::max_concurrency`](kinetrace_consumer::ConsumerBuilder::max_concurrency).
    #[must_use]
    pub fn max_concurrency(self, records: NonZero<usize>) -> Self {
        Self { max_concurrency: records, ..self }
    }

    /// As [`ConsumerBuilder::key_attribute`](kinetrace_consumer::ConsumerBuilder::key_attribute).
    #[must_use]
    pub fn key_attribute(self, is_on: bool) -> Self {
        Self { key_attribute: is_on, ..self }
    }

    /// With so much time until the deadline. A record that is still in progress a tenth of a second before that is cut off.
    #[must_use]
    pub fn time(mut self, time: Duration) -> Self {
        self.context.time = time;
        self
    }

    /// With another name of the function, which is that of the invocation's span, than `consumer`.
    #[must_use]
    pub fn function_name(mut self, name: impl Into<String>) -> Self {
        self.context.function_name = name.into();
        self
    }

    /// With another request id, which is in spans and lines.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.context.request_id = id.into();
        self
    }

    /// With Lambda's own trace, in the form of the header `X-Amzn-Trace-Id`, such as
    /// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. Without this call there is none.
    #[must_use]
    pub fn xray_trace_header(mut self, header: impl Into<String>) -> Self {
        self.context.xray_trace_header = Some(header.into());
        self
    }

    /// With the keys of records named so in lines and spans.
    #[must_use]
    pub fn key_names(self, key_names: KeyNames) -> Self {
        Self { key_names, ..self }
    }

    /// With spans and metrics of all invocations in one place, where those that the test makes itself may be as well. An
    /// [`Invocation`] shows the spans that ended during it; and of metrics, which add up, where they stand after it.
    #[must_use]
    pub fn recorder(self, recorder: &Recorder) -> Self {
        Self { recorder: Some(recorder.clone()), ..self }
    }

    /// With the program's own telemetry in the place of a recorder's. An [`Invocation`] then shows only what reaches the
    /// [`recorder`](Self::recorder), if there is one whose providers this telemetry has.
    #[must_use]
    pub fn telemetry(self, telemetry: Telemetry) -> Self {
        Self { telemetry: Some(telemetry), ..self }
    }

    /// Leaves `tracing` as the test has set it. [`Invocation::log_lines`] is empty then, and spans of `tracing` go where the
    /// test's own subscriber sends them.
    #[must_use]
    pub fn keep_subscriber(self) -> Self {
        Self { keeps_subscriber: true, ..self }
    }

    /// Invokes the handler with the event, as Lambda would.
    ///
    /// # Panics
    ///
    /// The event cannot be read, which is a bug of this crate.
    pub async fn invoke<M>(&self, handler: impl IntoHandler<M, Handler: AnyHandler>, event: &Event) -> Invocation {
        #[expect(clippy::expect_used, reason = "documented")]
        self.invoke_json(handler, &event.to_json().to_string()).await.expect("an event of the test kit can be read")
    }

    /// Invokes the handler with an event as Lambda or EventBridge Pipes sends it: one that was captured, or generated by
    /// `sam local generate-event kinesis get-records`.
    ///
    /// # Errors
    ///
    /// It is not an event of Kinesis. In Lambda the invocation would fail.
    pub async fn invoke_json<M>(
        &self,
        handler: impl IntoHandler<M, Handler: AnyHandler>,
        event: &str,
    ) -> Result<Invocation, serde_json::Error> {
        let lambda_event = LambdaEvent::new(serde_json::from_str::<KinesisEvent>(event)?, self.context());
        let recorder = self.recorder.clone().unwrap_or_default();
        let telemetry = self.telemetry.clone().unwrap_or_else(|| recorder.telemetry());
        let (record_log, lines) = record_log(self.key_names.clone());
        let mut consumer = self.consumer(handler, telemetry, record_log);
        let (log_lines, before) = (LogLines::default(), recorder.spans().len());
        let answer = consumer.call(lambda_event).with_subscriber(self.subscriber(&recorder, &log_lines)).await;
        Ok(Invocation {
            sequence_numbers: sequence_numbers(event),
            answer,
            spans: recorder.spans().into_iter().skip(before).collect(),
            metrics: recorder.all_metrics(),
            log_lines: log_lines.take(),
            record_lines: std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner)),
        })
    }

    /// What Lambda says of an invocation that begins now. For a service of the test's own, such as a
    /// [`Consumer`] that its program has built.
    pub fn context(&self) -> lambda_runtime::Context {
        self.context.begin()
    }

    fn consumer<M, T: IntoHandler<M, Handler: AnyHandler>>(
        &self,
        handler: T,
        telemetry: Telemetry,
        record_log: RecordLog,
    ) -> Consumer<T::Handler> {
        let builder = Consumer::builder(handler).read_environment(false).telemetry(telemetry).record_log(record_log);
        let builder = builder.reader(self.reader).relation(self.relation).max_concurrency(self.max_concurrency);
        #[expect(clippy::expect_used, reason = "errors are about variables, and none is read")]
        builder.key_attribute(self.key_attribute).build().expect("nothing is malformed")
    }

    fn subscriber(&self, recorder: &Recorder, log_lines: &LogLines) -> Dispatch {
        if self.keeps_subscriber {
            return tracing::dispatcher::get_default(Dispatch::clone);
        }
        let log = tracing_subscriber::fmt::layer().json().with_writer(log_lines.clone()).with_filter(LevelFilter::INFO);
        let spans = tracing_opentelemetry::layer().with_tracer(recorder.tracer_provider().tracer("tracing"));
        Registry::default().with(log).with(spans.with_filter(LevelFilter::INFO)).into()
    }
}

type Lines = Arc<Mutex<Vec<Process>>>;

fn record_log(key_names: KeyNames) -> (RecordLog, Lines) {
    let lines = Lines::default();
    let sink = Arc::clone(&lines);
    let log = RecordLog::new(move |line| sink.lock().unwrap_or_else(PoisonError::into_inner).push(line));
    (log.key_names(key_names), lines)
}
