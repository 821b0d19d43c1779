//! One invocation: its span, its messages, its answer.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::{RecordTracer, contained};
use kinetrace::history::Relation;
use kinetrace::kafka::HeaderReader;
use kinetrace::lambda::{Invocation, deadline};
use kinetrace::{Propagators, Reader, Telemetry};
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};
use tokio::time::Instant;

use crate::any_handler::AnyHandler;
use crate::batch::{self, Slot, State};
use crate::call::{Caller, Terms};
use crate::configuration::{Configuration, RelationPolicy};
use crate::done::Known;
use crate::kafka::Answer;
use crate::kafka::reading::Reading;
use crate::kafka::repeats::Repeats;
use crate::metrics::Metrics;
use crate::processing::Processing;
use crate::record_log::RecordLog;
use crate::transport::Transport;

/// The service that [`run`](crate::run()) gives to the Lambda runtime, for those who put layers of their own around it.
#[derive(Debug)]
pub struct Consumer<H>(Arc<Inner<H>>);

#[derive(Debug)]
struct Inner<H> {
    handler: H,
    configuration: Configuration,
    telemetry: Telemetry,
    tracer: BoxedTracer,
    record_tracer: RecordTracer,
    metrics: Metrics,
    log: RecordLog,
    warm: AtomicBool,
    batches: AtomicU64,
    repeats: Mutex<Repeats>,
}

impl<H> Clone for Consumer<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<H: AnyHandler> Consumer<H> {
    /// A consumer that hands records to `handler`.
    pub(crate) fn new(handler: H, configuration: Configuration, telemetry: Telemetry, log: RecordLog) -> Self {
        let reader = configuration.reader.for_propagators(telemetry.propagators());
        let configuration = Configuration { reader, ..configuration };
        let (tracer, record_tracer) = (telemetry.tracer(), RecordTracer::of(&telemetry));
        let metrics = Metrics::new(telemetry.clone());
        let (warm, batches, repeats) = Default::default();
        Self(Arc::new(Inner {
            handler,
            configuration,
            telemetry,
            tracer,
            record_tracer,
            metrics,
            log,
            warm,
            batches,
            repeats,
        }))
    }
}

impl<H: AnyHandler> Consumer<H> {
    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }

    pub(crate) fn reader(&self) -> Reader {
        self.0.configuration.reader
    }

    pub(crate) fn propagators(&self) -> &Propagators {
        self.0.telemetry.propagators()
    }

    pub(crate) fn kafka_answer(&self) -> Answer {
        self.0.configuration.kafka_answer
    }

    pub(crate) fn kafka_reading(&self) -> Reading<'_> {
        let Configuration { reader, read_kafka_values, .. } = self.0.configuration;
        let propagators = self.propagators();
        let headers = HeaderReader::default().for_propagators(propagators);
        Reading { headers, values: read_kafka_values.then_some(reader), propagators }
    }

    /// Which records of Kafka were done before, if that is wanted. A panic while it is held leaves one that knows less.
    pub(crate) fn kafka_repeats(&self) -> Option<MutexGuard<'_, Repeats>> {
        let repeats = || self.0.repeats.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.configuration.skip_kafka_repeats.then(repeats)
    }

    /// Processes the messages of an event inside the invocation's span. By where its partitions are to start again, the
    /// transport decides what the answer is, and ends the span.
    pub(crate) async fn invoke<T: Transport, A>(
        &self,
        lambda: &lambda_runtime::Context,
        slots: Vec<Slot<T>>,
        known: Known<'_, T::Waiting>,
        end: impl FnOnce(Vec<T::Cut>, &Context) -> A,
    ) -> A {
        let inner = &*self.0;
        let messages = slots.len() + known.repeats.len();
        let (parent, relation) = relate(&slots, messages, inner.configuration.relation);
        let invocation = inner.start_span(lambda, &parent, messages);
        let (function, request_id) = (function(&lambda.env_config.function_name), lambda.request_id.as_str().into());
        let (stop_by, caller) = (batch::stop_by(deadline(lambda.deadline())), Caller { function, request_id });
        end(inner.process(slots, known, &invocation, relation, Terms { stop_by, caller }).await, &invocation)
    }

    /// Processes messages that no invocation has brought, below the caller's span: where their partitions are to start again.
    pub(crate) async fn process_slots<T: Transport>(&self, slots: Vec<Slot<T>>, time: Duration) -> Vec<T::Cut> {
        let inner = &*self.0;
        let relation = match inner.configuration.relation {
            RelationPolicy::Auto | RelationPolicy::Parent => Relation::Parent,
            RelationPolicy::Link => Relation::Link,
        };
        let caller = contained(Context::current).unwrap_or_default();
        let terms = Terms { stop_by: Instant::now() + time, caller: Caller::default() };
        inner.process(slots, Known::default(), &caller, relation, terms).await
    }
}

impl<H: AnyHandler> Inner<H> {
    /// Processes messages below the span of `around`.
    async fn process<T: Transport>(
        &self,
        slots: Vec<Slot<T>>,
        known: Known<'_, T::Waiting>,
        around: &Context,
        relation: Relation,
        terms: Terms,
    ) -> Vec<T::Cut> {
        let terms = Arc::new(terms);
        let processing = Processing {
            handler: &self.handler,
            tracer: &self.tracer,
            record_tracer: &self.record_tracer,
            metrics: &self.metrics,
            log: &self.log,
            invocation: around,
            relation,
            key_names: self.configuration.key_attribute.then(|| self.log.named()),
            terms: &terms,
            batches: &self.batches,
            done: known.done,
        };
        known.repeats.into_iter().filter_map(T::read).for_each(|message| processing.skip::<T>(message));
        H::process(slots, self.configuration.max_concurrency.get(), &processing).await
    }
}

impl<H> Inner<H> {
    fn start_span(&self, lambda: &lambda_runtime::Context, parent: &Context, messages: usize) -> Context {
        let invocation = Invocation {
            function_name: &lambda.env_config.function_name,
            invoked_arn: &lambda.invoked_function_arn,
            request_id: &lambda.request_id,
            trigger: names::TRIGGER_PUBSUB,
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            xray_trace_id: lambda.xray_trace_id.as_deref(),
        };
        let invocation = invocation.start(&self.tracer, parent);
        if messages != 1 {
            let count = i64::try_from(messages).unwrap_or(i64::MAX);
            let count = KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count);
            contained(|| invocation.span().set_attribute(count));
        }
        invocation
    }
}

/// The name for the lines of its records.
fn function(name: &str) -> Option<Arc<str>> {
    (!name.is_empty()).then(|| name.into())
}

/// What the invocation continues, and how the process spans relate to their messages.
fn relate<T: Transport>(slots: &[Slot<T>], messages: usize, policy: RelationPolicy) -> (Context, Relation) {
    let only = match slots {
        [Slot { state: State::Waiting(waiting), .. }] if messages == 1 => T::context(waiting),
        _ => None,
    };
    match (only, policy) {
        (Some(context), RelationPolicy::Auto | RelationPolicy::Parent) => (context.clone(), Relation::Parent),
        (_, RelationPolicy::Parent) => (Context::new(), Relation::Parent),
        (_, RelationPolicy::Auto | RelationPolicy::Link) => (Context::new(), Relation::Link),
    }
}
