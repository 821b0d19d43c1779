//! Invokes a handler as Lambda would.

use std::num::NonZero;
use std::time::Duration;

use kinetrace::{KeyNames, Telemetry};
use kinetrace_consumer::kafka::Answer;
use kinetrace_consumer::{AnyHandler, Consumer, IntoHandler, Reader, RelationPolicy};

use crate::any_event::AnyEvent;
use crate::execution_environment::ExecutionEnvironment;
use crate::invocation::Invocation;
use crate::lambda_context::LambdaContext;
use crate::record_lines::RecordLines;
use crate::recorder::Recorder;

/// Invokes the handler with the event, of Kinesis or of Kafka, as Lambda would, with nothing chosen and no variable read.
///
/// # Panics
///
/// The event cannot be read, which is a bug of this crate.
pub async fn invoke<M>(handler: impl IntoHandler<M, Handler: AnyHandler>, event: &impl AnyEvent) -> Invocation {
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
    kafka_answer: Answer,
    read_kafka_values: bool,
    skip_kafka_repeats: bool,
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
            kafka_answer: Answer::default(),
            read_kafka_values: false,
            skip_kafka_repeats: true,
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

    /// As [`ConsumerBuilder::kafka_answer`](kinetrace_consumer::ConsumerBuilder::kafka_answer).
    #[must_use]
    pub fn kafka_answer(self, answer: Answer) -> Self {
        Self { kafka_answer: answer, ..self }
    }

    /// As [`ConsumerBuilder::read_kafka_values`](kinetrace_consumer::ConsumerBuilder::read_kafka_values).
    #[must_use]
    pub fn read_kafka_values(self, is_on: bool) -> Self {
        Self { read_kafka_values: is_on, ..self }
    }

    /// As [`ConsumerBuilder::skip_kafka_repeats`](kinetrace_consumer::ConsumerBuilder::skip_kafka_repeats). It shows with several
    /// invocations of one [`environment`](Self::environment).
    #[must_use]
    pub fn skip_kafka_repeats(self, is_on: bool) -> Self {
        Self { skip_kafka_repeats: is_on, ..self }
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

    /// Invokes the handler with the event, of Kinesis or of Kafka, as Lambda would: by an
    /// [execution environment](Self::environment) of its own.
    ///
    /// # Panics
    ///
    /// The event cannot be read, which is a bug of this crate.
    pub async fn invoke<M>(
        &self,
        handler: impl IntoHandler<M, Handler: AnyHandler>,
        event: &impl AnyEvent,
    ) -> Invocation {
        self.environment(handler).invoke(event).await
    }

    /// Invokes the handler with an event as Lambda or EventBridge Pipes sends it: one that was captured, or generated by
    /// `sam local generate-event kinesis get-records`.
    ///
    /// # Errors
    ///
    /// It is an event neither of Kinesis nor of Kafka. In Lambda the invocation would fail.
    pub async fn invoke_json<M>(
        &self,
        handler: impl IntoHandler<M, Handler: AnyHandler>,
        event: &str,
    ) -> Result<Invocation, serde_json::Error> {
        self.environment(handler).invoke_json(event).await
    }

    /// An execution environment that runs the handler, for several invocations: what its consumer keeps in memory from one to the
    /// next is there.
    pub fn environment<M, T: IntoHandler<M, Handler: AnyHandler>>(
        &self,
        handler: T,
    ) -> ExecutionEnvironment<T::Handler> {
        let recorder = self.recorder.clone().unwrap_or_default();
        let telemetry = self.telemetry.clone().unwrap_or_else(|| recorder.telemetry());
        let record_lines = RecordLines::default();
        let builder = Consumer::builder(handler).read_environment(false).telemetry(telemetry);
        let builder = builder.record_log(record_lines.log().key_names(self.key_names.clone()));
        let builder = builder.reader(self.reader).relation(self.relation).max_concurrency(self.max_concurrency);
        let builder = builder.key_attribute(self.key_attribute).kafka_answer(self.kafka_answer);
        let builder = builder.read_kafka_values(self.read_kafka_values).skip_kafka_repeats(self.skip_kafka_repeats);
        #[expect(clippy::expect_used, reason = "errors are about variables, and none is read")]
        let consumer = builder.build().expect("nothing is malformed");
        ExecutionEnvironment {
            consumer,
            context: self.context.clone(),
            recorder,
            record_lines,
            keeps_subscriber: self.keeps_subscriber,
        }
    }

    /// What Lambda says of an invocation that begins now. For a service of the test's own, such as a
    /// [`Consumer`] that its program has built.
    pub fn context(&self) -> lambda_runtime::Context {
        self.context.begin()
    }
}
