//! Traces for a function that has a `lambda_runtime` service already.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kinetrace::__private::{needs_last_flush, warn};
use kinetrace::lambda::{Error, Flush, FlushLayer, LastFlush, check_environment, register_last_flush};
use kinetrace::{Reader, Telemetry};
use lambda_runtime::LambdaInvocation;
use tower::Layer;

use crate::chosen::Chosen;
use crate::configuration::RelationPolicy;
use crate::environment::Environment;
use crate::set_up::{install, log_filter, with_lines};

mod body;
mod delivery;
mod invocation_span;
mod marked;
mod settings;
mod traced;

pub use invocation_span::mark_failed;
pub use marked::{Marked, MarkedFuture, marked};
use settings::Settings;
pub use traced::{Traced, TracedFuture};

/// Puts each invocation of a service into a span that continues, or links to, the traces of the records it got, and
/// exports spans after the response. The service may take any type of event. Records are found in those of an event source
/// mapping over Kinesis or Kafka, of EventBridge Pipes and of Amazon Data Firehose's transformation; of all others, the span is all.
///
/// ```no_run
/// use aws_lambda_events::kinesis::KinesisEvent;
/// use kinetrace_consumer::trace_layer::TraceLayer;
/// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
///
/// async fn handle(event: LambdaEvent<KinesisEvent>) -> Result<(), Error> {
///     println!("{} records", event.payload.records.len());
///     Ok(())
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Error> {
///     let layer = TraceLayer::from_env()?;
///     Runtime::new(service_fn(handle)).layer(layer).run().await
/// }
/// ```
///
/// * With one record in the event, the invocation continues its producer's trace. With several, its span links to each,
///   once for each context, and says how many there are (`kinetrace.contexts`). A span keeps as many links as its provider
///   allows: 10 000, or what `OTEL_SPAN_LINK_COUNT_LIMIT` says, with [`from_env`](Self::from_env). The first event with more
///   is reported by a `tracing` event.
/// * What the service opens, by `tracing` or OpenTelemetry, lands below that span. With [`from_env`](Self::from_env), what
///   it logs by `tracing` carries the ids of the current span and the `request_id`. A task that it spawns is part of no
///   invocation, nor of a span. There is no span for each record, nor
///   does a failed record show: for both, hand the records to [`run`](crate::run()).
/// * The service gets the payloads that the producers' business code sent, with
///   [an exception](Self::unwrap_payloads): one that begins with `{"traceparent":"00-…",` of its own loses that. An event of Kafka
///   stays as it is, to the byte: contexts are in its records' headers.
/// * The runtime has turned the service's error into a response before this layer sees it. To have the span show errors,
///   panics and records that are reported as failed, put [`marked`] around the service; or it says so itself, by
///   [`mark_failed`].
///
/// The event is read once more than without it. It changes neither what the service answers nor when it is called.
#[derive(Debug, Clone)]
pub struct TraceLayer {
    telemetry: Telemetry,
    settings: Settings,
    /// Spans would be lost at the end of the process, and nobody has been told.
    lacks_last_flush: Arc<AtomicBool>,
}

impl TraceLayer {
    /// With telemetry as the `OTEL_*` variables say, and records read as the `KINETRACE_*` variables say, as
    /// [`run`](crate::run()) has it: the provider and the propagators become OpenTelemetry's global ones, and a `tracing`
    /// subscriber is installed unless there is one. A service with a subscriber of its own installs that first, and adds
    /// [`span_layer`](crate::span_layer()) to it if its `tracing` spans are to be exported; without it, a warning says so.
    ///
    /// To be called before `lambda_runtime::Runtime::new`, which panics where this answers in a sentence.
    ///
    /// # Errors
    ///
    /// The process does not run in Lambda, or a variable that says how records are read is malformed. One of telemetry stops
    /// nothing.
    pub fn from_env() -> Result<Self, Error> {
        check_environment()?;
        let read = || Ok::<_, Error>((Environment::read(Chosen::default(), None, None)?, log_filter()));
        let (Environment { configuration, telemetry, .. }, filter) = with_lines(read)?;
        install(&telemetry, filter);
        let layer = Self::new(telemetry).reader(configuration.reader).relation(configuration.relation);
        let max_links = layer.telemetry.max_links_per_span().and_then(|links| usize::try_from(links).ok());
        layer.lacks_last_flush.store(needs_last_flush(&layer.telemetry), Ordering::Relaxed);
        Ok(Self { settings: Settings { max_links, ..layer.settings }, ..layer })
    }

    /// With a program's own telemetry. Nothing global is touched, no variable is read.
    pub fn new(telemetry: Telemetry) -> Self {
        let settings = Settings {
            reader: Reader::default(),
            relation: RelationPolicy::default(),
            unwrap_payloads: true,
            max_links: None,
        };
        Self { telemetry, settings, lacks_last_flush: Arc::default() }
    }

    /// For telemetry that does not flush after every invocation (`KINETRACE_FLUSH_INVOCATIONS`, `KINETRACE_FLUSH_SECONDS`):
    /// what waits leaves before Lambda ends the process, if the runtime runs within this. Without it, that is lost, and a layer
    /// [from the environment](Self::from_env) warns of it. Where nothing can wait, nothing is registered.
    ///
    /// ```no_run
    /// use kinetrace_consumer::trace_layer::TraceLayer;
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    ///
    /// # async fn handle(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> { Ok(()) }
    /// #[tokio::main]
    /// async fn main() -> Result<(), Error> {
    ///     let layer = TraceLayer::from_env()?;
    ///     let last_flush = layer.register_last_flush().await;
    ///     last_flush.run(Runtime::new(service_fn(handle)).layer(layer).run()).await
    /// }
    /// ```
    ///
    /// It is [`register_last_flush`] of the layer's telemetry.
    pub async fn register_last_flush(&self) -> LastFlush {
        self.lacks_last_flush.store(false, Ordering::Relaxed);
        register_last_flush(&self.telemetry).await
    }

    /// How records are read.
    #[must_use]
    pub fn reader(self, reader: Reader) -> Self {
        Self { settings: Settings { reader, ..self.settings }, ..self }
    }

    /// Whether a record that is alone in its invocation is continued by it, or linked to. Several are linked to, always.
    #[must_use]
    pub fn relation(self, relation: RelationPolicy) -> Self {
        Self { settings: Settings { relation, ..self.settings }, ..self }
    }

    /// Whether the `data` of a record that a producer has put a context into becomes the payload without it: an envelope's
    /// payload, a payload without our members in front. Every other byte of the event stays, and so do aggregated records and
    /// records whose data cannot be read.
    ///
    /// On by default: the service sees what it saw before its producers were traced, whether they are yet or not, and
    /// reads no format of ours. But nobody can tell whose members they are: a payload whose own producer began it, to the
    /// byte, as ours would (`{"traceparent":"00-…",`) loses them, and one that looks like an envelope in every respect
    /// becomes its `data`. To be switched off where such payloads are sent, and for a service that takes envelopes apart
    /// itself.
    #[must_use]
    pub fn unwrap_payloads(self, unwrap_payloads: bool) -> Self {
        Self { settings: Settings { unwrap_payloads, ..self.settings }, ..self }
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Flush<Traced<S>, LambdaInvocation>;

    fn layer(&self, inner: S) -> Self::Service {
        if self.lacks_last_flush.swap(false, Ordering::Relaxed) {
            warn(
                "telemetry does not leave after every invocation, and what waits when Lambda ends this process is lost: let \
                 the runtime run within `TraceLayer::register_last_flush`",
            );
        }
        FlushLayer::new(self.telemetry.clone(), |invocation: &LambdaInvocation| invocation.context.deadline())
            .layer(Traced::new(inner, self.telemetry.clone(), self.settings))
    }
}
