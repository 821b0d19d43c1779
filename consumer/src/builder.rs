//! A consumer from its handler and what a program chooses of it.

use std::fmt;
use std::num::NonZero;

use kinetrace::lambda::{Error, check_environment, register_last_flush, report_panics};
use kinetrace::{Reader, Telemetry};
use lambda_runtime::{Diagnostic, LambdaEvent};
use tower::layer::util::{Identity, Stack};
use tower::{Layer, Service};

use crate::any_handler::AnyHandler;
use crate::chosen::Chosen;
use crate::configuration::RelationPolicy;
use crate::consumer::Consumer;
use crate::environment::Environment;
use crate::event::Event;
use crate::event_response::EventResponse;
use crate::handler::IntoHandler;
use crate::invocation_layer::serve;
use crate::kafka::Answer;
use crate::record_log::RecordLog;
use crate::set_up::{install, log_filter, with_lines};

/// What a program chooses of a [`Consumer`]: see [`Consumer::builder`]. All that it does not choose is as the environment
/// variables say that [`run`](crate::run()) reads.
///
/// A variable that sets what the program has chosen has no effect, and a warning says so.
#[derive(Debug)]
#[must_use]
pub struct ConsumerBuilder<H, L = Identity> {
    handler: H,
    layer: L,
    chosen: Chosen,
    telemetry: Option<Telemetry>,
    record_log: Option<RecordLog>,
    reads_environment: bool,
    sets_up_process: bool,
}

impl<H: AnyHandler> Consumer<H> {
    /// A consumer that hands records to `handler`, and of which more is to be chosen.
    ///
    /// ```no_run
    /// use kinetrace_consumer::{Consumer, Failure, Record, RelationPolicy};
    ///
    /// async fn handle(record: Record) -> Result<(), Failure> {
    ///     println!("{} bytes", record.payload.len());
    ///     Ok(())
    /// }
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), kinetrace_consumer::Error> {
    ///     Consumer::builder(handle).relation(RelationPolicy::Link).run().await
    /// }
    /// ```
    pub fn builder<M>(handler: impl IntoHandler<M, Handler = H>) -> ConsumerBuilder<H> {
        ConsumerBuilder {
            handler: handler.with_state(()),
            layer: Identity::new(),
            chosen: Chosen::default(),
            telemetry: None,
            record_log: None,
            reads_environment: true,
            sets_up_process: true,
        }
    }
}

impl<H: AnyHandler, L> ConsumerBuilder<H, L> {
    /// How records are read. Otherwise as `KINETRACE_STRIP_FOREIGN` and `KINETRACE_READ_PARTITION_KEY` say.
    pub fn reader(mut self, reader: Reader) -> Self {
        self.chosen.reader = Some(reader);
        self
    }

    /// How the spans of records relate to their contexts. Otherwise as `KINETRACE_RELATION` says.
    pub fn relation(mut self, relation: RelationPolicy) -> Self {
        self.chosen.relation = Some(relation);
        self
    }

    /// How many records of different partition keys are processed at once; of one key, never more than one, nor of those
    /// whose key is missing or is [a context](Reader::is_context). They share a thread. Otherwise as
    /// `KINETRACE_MAX_CONCURRENCY` says, or 1.
    pub fn max_concurrency(mut self, records: NonZero<usize>) -> Self {
        self.chosen.max_concurrency = Some(records);
        self
    }

    /// Whether the span of a record names its partition key (`kinetrace.record.key`), as [`RecordLog::key_names`] has it, so
    /// that a record can be found by its key in a store of traces. A key that is [a context](Reader::is_context) is not named:
    /// it says nothing about the record. Otherwise as `KINETRACE_KEY_ATTRIBUTE` says, or true.
    pub fn key_attribute(mut self, is_on: bool) -> Self {
        self.chosen.key_attribute = Some(is_on);
        self
    }

    /// How the answer reports records of Kafka that are not done. Which way is right depends on the event source mapping, and
    /// [`Answer::Items`] with the wrong one **loses records**. Otherwise as `KINETRACE_KAFKA_ANSWER` says, or by failing the
    /// invocation.
    pub fn kafka_answer(mut self, answer: Answer) -> Self {
        self.chosen.kafka_answer = Some(answer);
        self
    }

    /// Whether the value and the key of a record of Kafka are looked into for a context as the data of Kinesis is, by the
    /// [`reader`](Self::reader): an envelope is taken off, members are read. It is for a topic that is filled from a stream.
    /// Headers that carry a context count first. Otherwise as `KINETRACE_READ_KAFKA_VALUES` says, or not: a value is the
    /// business's, to the byte.
    pub fn read_kafka_values(mut self, is_on: bool) -> Self {
        self.chosen.read_kafka_values = Some(is_on);
        self
    }

    /// Whether records of Kafka that were done before their batch failed are skipped when it comes again to the same execution
    /// environment: the same offset, timestamp, key and value. Otherwise as `KINETRACE_SKIP_KAFKA_REPEATS` says, or yes.
    pub fn skip_kafka_repeats(mut self, is_on: bool) -> Self {
        self.chosen.skip_kafka_repeats = Some(is_on);
        self
    }

    /// A program's own providers and propagators. Otherwise as the `OTEL_*` variables say, which are not read then.
    pub fn telemetry(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = Some(telemetry);
        self
    }

    /// Which records have a line, and where it goes. Otherwise as `KINETRACE_RECORD_LOG` says. If the log names keys as they
    /// are, `KINETRACE_HASH_KEYS` still has them hashed.
    pub fn record_log(mut self, log: RecordLog) -> Self {
        self.record_log = Some(log);
        self
    }

    /// A layer around the consumer, with the event as it comes and the answer as it goes. The layer that is added last sees
    /// the event first.
    pub fn layer<M>(self, layer: M) -> ConsumerBuilder<H, Stack<L, M>> {
        let Self { handler, layer: inner, chosen, telemetry, record_log, reads_environment, sets_up_process } = self;
        let layer = Stack::new(inner, layer);
        ConsumerBuilder { handler, layer, chosen, telemetry, record_log, reads_environment, sets_up_process }
    }

    /// Whether variables of the environment say what the program does not choose. Default: true.
    ///
    /// Without them, that is as it is where none is set; and there is no telemetry, because no endpoint is known. It is for tests,
    /// and for programs whose settings come from elsewhere.
    pub fn read_environment(mut self, is_on: bool) -> Self {
        self.reads_environment = is_on;
        self
    }

    /// Whether [`run`](Self::run) sets up the process, which is all that it does beyond this consumer. Default: true.
    ///
    /// * A `tracing` subscriber is installed, unless there is one: JSON lines on standard error, filtered by `RUST_LOG`, and
    ///   the `tracing` spans of the handler as spans of OpenTelemetry. For a subscriber of your own there are [`log_layer`](crate::log_layer()) and
    ///   [`span_layer`](crate::span_layer()).
    /// * The tracer provider and the propagators become OpenTelemetry's global ones.
    /// * A panic is one line on standard error.
    /// * Where telemetry does not leave after every invocation, `SIGTERM` and `SIGINT` flush it and end `run`, so that `main`
    ///   returns: see [`register_last_flush`](kinetrace::lambda::register_last_flush).
    pub fn set_up_process(mut self, is_on: bool) -> Self {
        self.sets_up_process = is_on;
        self
    }

    /// The consumer as a service, without the layers of this builder. Nothing of the process is set up.
    ///
    /// [`Consumer::run`] runs it; [`Consumer::invocation_layer`] is for a program that calls `lambda_runtime` itself.
    ///
    /// # Errors
    ///
    /// A variable is malformed: those of reading records, of concurrency and of keys.
    pub fn build(self) -> Result<Consumer<H>, Error> {
        Ok(self.read()?.0)
    }

    fn read(self) -> Result<(Consumer<H>, L), Error> {
        let Self { chosen, telemetry, record_log, .. } = self;
        let environment = if self.reads_environment {
            Environment::read(chosen, telemetry, record_log)?
        } else {
            Environment::empty(chosen, telemetry, record_log)
        };
        let Environment { configuration, record_log, telemetry } = environment;
        Ok((Consumer::new(self.handler, configuration, telemetry, record_log), self.layer))
    }

    /// Runs the function until Lambda ends the process, or announces its end and telemetry is flushed.
    ///
    /// # Errors
    ///
    /// The process does not run in Lambda, or a variable is malformed, as for [`build`](Self::build).
    pub async fn run(self) -> Result<(), Error>
    where
        L: Layer<Consumer<H>>,
        L::Service: Service<LambdaEvent<Event>, Response = EventResponse> + Clone + Send + 'static,
        <L::Service as Service<LambdaEvent<Event>>>::Future: Send,
        <L::Service as Service<LambdaEvent<Event>>>::Error: Into<Diagnostic> + fmt::Debug + Send,
    {
        if !self.sets_up_process {
            check_environment()?;
            let (consumer, layer) = self.read()?;
            let around = consumer.invocation_layer();
            return serve(layer.layer(consumer), around).await;
        }
        report_panics();
        check_environment()?;
        let ((consumer, layer), filter) = with_lines(|| Ok::<_, Error>((self.read()?, log_filter())))?;
        install(consumer.telemetry(), filter);
        let last_flush = register_last_flush(consumer.telemetry()).await;
        let around = consumer.invocation_layer();
        last_flush.run(serve(layer.layer(consumer), around)).await
    }
}
