//! The service that the layer makes.

use std::fmt::Display;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{self, Poll, ready};

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::warn;
use kinetrace::Telemetry;
use kinetrace::lambda::Invocation;
use lambda_runtime::LambdaInvocation;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, WithContext};
use opentelemetry::{Context, KeyValue};
use pin_project_lite::pin_project;
use tokio::task::futures::TaskLocalFuture;
use tower::Service;

use super::delivery::Delivery;
use super::invocation_span::InvocationSpan;
use super::settings::Settings;
use crate::request_id;

/// A service in whose invocations the span is current. Clones count as one execution environment.
#[derive(Debug, Clone)]
pub struct Traced<S> {
    inner: S,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    telemetry: Telemetry,
    tracer: BoxedTracer,
    settings: Settings,
    warm: AtomicBool,
    /// It was told that links are lost.
    complained: AtomicBool,
}

impl<S> Traced<S> {
    pub(super) fn new(inner: S, telemetry: Telemetry, settings: Settings) -> Self {
        let tracer = telemetry.tracer();
        let (warm, complained) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { inner, shared: Arc::new(Shared { telemetry, tracer, settings, warm, complained }) }
    }
}

impl<S> Service<LambdaInvocation> for Traced<S>
where
    S: Service<LambdaInvocation>,
    S::Error: Display,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = TracedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut invocation: LambdaInvocation) -> Self::Future {
        let body = mem::take(&mut invocation.body);
        let (settings, propagators) = (&self.shared.settings, self.shared.telemetry.propagators());
        let mut delivery = Delivery::contained(body, |body| Delivery::read(body, settings, propagators));
        invocation.body = mem::take(&mut delivery.body);
        let context = self.shared.start_span(&delivery, &invocation.context);
        let span = InvocationSpan::new(context.clone());
        let request_id = invocation.context.request_id.clone();
        let inner = {
            let _current = context.clone().attach();
            self.inner.call(invocation)
        };
        TracedFuture { inner: request_id::during(request_id, inner).with_context(context), span }
    }
}

impl Shared {
    fn start_span(&self, delivery: &Delivery, lambda: &lambda_runtime::Context) -> Context {
        let invocation = Invocation {
            function_name: &lambda.env_config.function_name,
            invoked_arn: &lambda.invoked_function_arn,
            request_id: &lambda.request_id,
            trigger: delivery.trigger,
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            xray_trace_id: lambda.xray_trace_id.as_deref(),
        };
        let context = invocation.start(&self.tracer, &delivery.parent);
        contained(|| describe(&context, delivery));
        // Lambda's own trace id is one link more.
        self.tell_of_lost_links(delivery.links.len() + usize::from(lambda.xray_trace_id.is_some()));
        context
    }

    fn tell_of_lost_links(&self, links: usize) {
        let Some(limit) = self.settings.max_links.filter(|limit| links > *limit) else { return };
        if !self.complained.swap(true, Ordering::Relaxed) {
            warn(format_args!(
                "an invocation has {links} contexts to link to, and a span keeps {limit} links: the others only count in \
                 its attribute {}. Raise OTEL_SPAN_LINK_COUNT_LIMIT, or lower the batch size",
                names::CONTEXTS
            ));
        }
    }
}

fn describe(context: &Context, delivery: &Delivery) {
    let span = context.span();
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    if let Some(messages) = delivery.messages.filter(|messages| *messages != 1) {
        span.set_attribute(KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, number(messages)));
        span.set_attribute(KeyValue::new(names::CONTEXTS, number(delivery.links.len())));
    }
    for link in &delivery.links {
        span.add_link(link.clone(), Vec::new());
    }
}

pin_project! {
    /// Answers, with the span ended by then.
    #[derive(Debug)]
    pub struct TracedFuture<F> {
        // Dropped first, and with it what it holds open.
        #[pin]
        inner: WithContext<TaskLocalFuture<String, F>>,
        span: InvocationSpan,
    }
}

impl<F: Future<Output = Result<T, E>>, T, E: Display> Future for TracedFuture<F> {
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(cx));
        this.span.end(answer.as_ref().err().map(|error| error as &dyn Display));
        Poll::Ready(answer)
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::{Propagators, Reader};

    use super::*;
    use crate::configuration::RelationPolicy;

    #[test]
    fn only_links_without_room_are_reported() {
        for (max_links, links, is_told) in [(None, 10_001, false), (Some(128), 128, false), (Some(128), 129, true)] {
            let (reader, relation) = (Reader::default(), RelationPolicy::default());
            let settings = Settings { reader, relation, unwrap_payloads: true, max_links };
            let traced = Traced::new((), Telemetry::new(None, Propagators::default()), settings);
            traced.shared.tell_of_lost_links(links);
            assert_eq!(traced.shared.complained.load(Ordering::Relaxed), is_told, "{links} of {max_links:?}");
        }
    }
}
