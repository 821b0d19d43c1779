//! The span around the call with a batch of several records: the current one of the business code.

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions::{self as names, Operation};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::call_failure::CallFailure;
use crate::processing::Processing;
use crate::record::Record;
use crate::transport::Transport;

impl<H> Processing<'_, H> {
    /// Below the invocation's. It has no links, because a span may have 128 of them, and a batch has more records: each record has
    /// its own span, which relates to this one.
    pub(crate) fn start_batch_span<T: Transport>(&self, first: &Record, records: usize) -> Option<Context> {
        contained(|| {
            let mut attributes = T::batch_attributes(first);
            let count = i64::try_from(records).unwrap_or(i64::MAX);
            attributes.push(KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count));
            let span = self
                .tracer
                .span_builder(Operation::Process.span_name(&first.stream))
                .with_kind(SpanKind::Consumer)
                .with_attributes(attributes);
            self.invocation.with_span(span.start_with_context(self.tracer, self.invocation))
        })
    }
}

/// With why the batch ended before its last record, if it did.
pub(crate) fn end(context: &Context, failure: Option<&CallFailure>) {
    contained(|| {
        let span = context.span();
        if let Some(CallFailure { error_type, message, .. }) = failure {
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, *error_type));
            span.set_status(Status::error(message.clone()));
        }
        span.end();
    });
}
