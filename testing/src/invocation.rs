//! A handler, invoked, and everything that the invocation leaves behind.

use std::fmt;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinetrace::__private::semantic_conventions::MESSAGING_MESSAGE_ID;
use kinetrace::history::Process;
use kinetrace::{Propagators, Telemetry};
use kinetrace_consumer::kinesis::{BatchError, BatchResponse};
use kinetrace_consumer::{AnyHandler, Consumer, IntoHandler, Reader, RecordLog, RelationPolicy};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::{SpanKind, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tower::Service as _;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry};

use crate::event::Event;
use crate::log_lines::LogLines;

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
    time: Duration,
}

impl Default for Invoker {
    fn default() -> Self {
        let (reader, relation) = (Reader::default(), RelationPolicy::default());
        Self { reader, relation, max_concurrency: NonZero::<usize>::MIN, time: Duration::from_secs(60) }
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

    /// With so much time until the deadline. What is under way a tenth of a second before it is cut off.
    #[must_use]
    pub fn time(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// Invokes the handler with the event, as Lambda would.
    ///
    /// # Panics
    ///
    /// The event cannot be read, which is a bug of this crate.
    pub async fn invoke<M>(&self, handler: impl IntoHandler<M, Handler: AnyHandler>, event: &Event) -> Invocation {
        let (exporter, log_lines) = (InMemorySpanExporter::default(), LogLines::default());
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let telemetry = Telemetry::new(Some(provider.clone()), Propagators::default());
        let (record_log, lines) = record_log();
        let builder = Consumer::builder(handler).read_environment(false).telemetry(telemetry).record_log(record_log);
        let builder = builder.reader(self.reader).relation(self.relation).max_concurrency(self.max_concurrency);
        #[expect(clippy::expect_used, reason = "errors are about variables, and none is read")]
        let mut consumer = builder.build().expect("nothing is malformed");

        let log = tracing_subscriber::fmt::layer().json().with_writer(log_lines.clone()).with_filter(LevelFilter::INFO);
        let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("tracing"));
        let subscriber = Registry::default().with(log).with(spans.with_filter(LevelFilter::INFO));

        #[expect(clippy::expect_used, reason = "documented")]
        let event_read = event.read().expect("an event of the test kit can be read");
        let called = consumer.call(LambdaEvent::new(event_read, self.context()));
        let answer = called.with_subscriber(subscriber).await;
        Invocation {
            sequence_numbers: (0..event.len()).map(|place| event.sequence_number(place)).collect(),
            answer,
            spans: exporter.get_finished_spans().unwrap_or_default(),
            log_lines: log_lines.take(),
            record_lines: std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    fn context(&self) -> lambda_runtime::Context {
        let mut context = lambda_runtime::Context::default();
        context.request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned();
        context.invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:consumer".to_owned();
        let deadline = (SystemTime::now() + self.time).duration_since(UNIX_EPOCH).unwrap_or_default();
        context.deadline = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        context.env_config =
            Arc::new(lambda_runtime::Config { function_name: "consumer".to_owned(), ..Default::default() });
        context
    }
}

type Lines = Arc<Mutex<Vec<Process>>>;

fn record_log() -> (RecordLog, Lines) {
    let lines = Lines::default();
    let sink = Arc::clone(&lines);
    let log = RecordLog::new(move |line| sink.lock().unwrap_or_else(PoisonError::into_inner).push(line));
    (log, lines)
}

/// What an invocation has left behind.
pub struct Invocation {
    sequence_numbers: Vec<String>,
    answer: Result<BatchResponse, BatchError>,
    spans: Vec<SpanData>,
    log_lines: Vec<String>,
    record_lines: Vec<Process>,
}

impl Invocation {
    /// What Lambda is told: which record is the first that is not done, or why the batch fails as a whole.
    pub fn answer(&self) -> &Result<BatchResponse, BatchError> {
        &self.answer
    }

    /// The place of the Kinesis record at which Lambda starts again, from 0; `None` if all are done.
    ///
    /// # Panics
    ///
    /// The batch failed as a whole, so that Lambda halves it or sends all of it again; see [`answer`](Self::answer).
    #[track_caller]
    pub fn stopped_at(&self) -> Option<usize> {
        let response = match &self.answer {
            Ok(response) => response,
            Err(error) => panic_of(&format_args!("the batch failed as a whole: {error}")),
        };
        let stop = response.stop()?;
        self.sequence_numbers.iter().position(|number| number == stop.as_str())
    }

    /// All spans that ended: the records', the invocation's, and those that the handler opened, by `tracing` or by
    /// OpenTelemetry below the current span.
    pub fn spans(&self) -> &[SpanData] {
        &self.spans
    }

    /// The first span of this name.
    ///
    /// # Panics
    ///
    /// There is none; the message names those that there are.
    #[track_caller]
    pub fn span(&self, name: &str) -> &SpanData {
        self.spans.iter().find(|span| span.name == name).unwrap_or_else(|| {
            let names: Vec<_> = self.spans.iter().map(|span| span.name.as_ref()).collect();
            panic_of(&format_args!("no span has the name {name:?}; there are {names:?}"))
        })
    }

    /// The span of the record that was processed at this place, from 0. The records of an aggregate, and of a batch, count one by
    /// one.
    ///
    /// # Panics
    ///
    /// Fewer records were processed.
    #[track_caller]
    pub fn process_span(&self, place: usize) -> &SpanData {
        let is_of_record = |span: &&SpanData| span.attributes.iter().any(|it| it.key.as_str() == MESSAGING_MESSAGE_ID);
        let mut spans = self.spans.iter().filter(|span| span.span_kind == SpanKind::Consumer).filter(is_of_record);
        spans.nth(place).unwrap_or_else(|| panic_of(&format_args!("no record was processed at place {place}")))
    }

    /// What the handler logged by `tracing` from level `INFO` up, as JSON.
    pub fn log_lines(&self) -> &[String] {
        &self.log_lines
    }

    /// The line about each record that was handed to the handler, as `KINETRACE_RECORD_LOG=all` writes them.
    pub fn record_lines(&self) -> &[Process] {
        &self.record_lines
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "a test that asks for what is not there has failed")]
fn panic_of(message: &fmt::Arguments<'_>) -> ! {
    panic!("{message}")
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.spans.iter().map(|span| span.name.as_ref()).collect();
        let answer = self.answer.as_ref().map_err(ToString::to_string);
        f.debug_struct("Invocation").field("answer", &answer).field("spans", &names).finish_non_exhaustive()
    }
}
