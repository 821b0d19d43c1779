//! The span `send <stream>` around one request, linked to what it sends.

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use opentelemetry::trace::{Link, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::create_span::CreateSpan;
use crate::failure::Failure;
use crate::trace_settings::TraceSettings;

/// `None` if it could not be made, or has ended. Dropped before there is an answer, it ends with an error.
#[derive(Debug)]
pub(crate) struct SendSpan(Option<Context>);

impl SendSpan {
    /// A child of what the callers were doing, if that is one and the same.
    pub(crate) fn start(stream: &str, created: &[&CreateSpan], settings: &TraceSettings) -> Self {
        Self(contained(|| start(stream, created, settings)))
    }

    pub(crate) fn end(mut self, failure: Option<&Failure>) {
        self.end_with(failure);
    }

    fn end_with(&mut self, failure: Option<&Failure>) {
        contained(|| {
            let Some(context) = self.0.take() else { return };
            let span = context.span();
            if let Some(failure) = failure {
                failure.tell(&span);
            }
            span.end();
        });
    }
}

impl Drop for SendSpan {
    fn drop(&mut self) {
        if self.0.is_some() {
            self.end_with(Some(&Failure::abandoned()));
        }
    }
}

fn start(stream: &str, created: &[&CreateSpan], settings: &TraceSettings) -> Context {
    let parent = created.first().map(|span| span.parent().clone()).unwrap_or_default();
    let parent_span = parent.span().span_context().clone();
    let is_common = |span: &&CreateSpan| *span.parent().span().span_context() == parent_span;
    let parent = if created.iter().all(is_common) { parent } else { Context::new() };
    let links = created.iter().map(|span| span.span_context()).filter(|context| context.is_valid());
    let mut attributes = Operation::Send.attributes(&Destination::Kinesis(stream.into()));
    if created.len() > 1 {
        let count = i64::try_from(created.len()).unwrap_or(i64::MAX);
        attributes.push(KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count));
    }
    let tracer = settings.tracer();
    let span = tracer
        .span_builder(Operation::Send.span_name(stream))
        .with_kind(SpanKind::Client)
        .with_attributes(attributes)
        .with_links(links.map(|context| Link::new(context, Vec::new(), 0)).collect());
    parent.with_span(span.start_with_context(tracer, &parent))
}
