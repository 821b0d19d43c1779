//! The span `send <stream>` around one request, linked to what it sends.

use kinetrace::semantic_conventions::{self as names, Operation};
use kinetrace::telemetry::contained;
use opentelemetry::trace::{Link, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use super::builder::Settings;
use super::pending::Pending;
use crate::attempt::Attempt;
use crate::outbox::Entry;

/// `None` if it could not be made.
#[derive(Debug)]
pub(super) struct SendSpan(Option<Context>);

impl SendSpan {
    /// A child of what the callers were doing, if that is one and the same.
    pub(super) fn start(settings: &Settings, request: &[Entry<Pending>]) -> Self {
        Self(contained(|| start(settings, request)))
    }

    pub(super) fn end(self, attempts: &[Attempt]) {
        contained(|| {
            let Some(context) = self.0 else { return };
            let failed = attempts.iter().filter(|attempt| !matches!(attempt, Attempt::Stored(_))).count();
            let span = context.span();
            if failed > 0 {
                span.set_attribute(KeyValue::new(names::ERROR_TYPE, "put"));
                span.set_status(Status::error(format!("{failed} of {} records failed", attempts.len())));
            }
            span.end();
        });
    }
}

fn start(settings: &Settings, request: &[Entry<Pending>]) -> Context {
    let parent = request.first().map(|entry| entry.item.span().parent().clone()).unwrap_or_default();
    let parent_span = parent.span().span_context().clone();
    let is_common = |entry: &Entry<Pending>| *entry.item.span().parent().span().span_context() == parent_span;
    let parent = if request.iter().all(is_common) { parent } else { Context::new() };
    let links = request.iter().map(|entry| entry.item.span().span_context()).filter(|context| context.is_valid());
    let mut attributes = Operation::Send.attributes(&settings.stream);
    if request.len() > 1 {
        let count = i64::try_from(request.len()).unwrap_or(i64::MAX);
        attributes.push(KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count));
    }
    let span = settings
        .tracer
        .span_builder(Operation::Send.span_name(&settings.stream))
        .with_kind(SpanKind::Client)
        .with_attributes(attributes)
        .with_links(links.map(|context| Link::new(context, Vec::new(), 0)).collect());
    parent.with_span(span.start_with_context(&*settings.tracer, &parent))
}
