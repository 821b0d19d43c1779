//! A record as it is handed to the business code, with the context that it carried.

use std::sync::Arc;

use kinetrace::__private::warn;
use kinetrace::{Fields, Propagators};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

use crate::record::Record;

#[derive(Debug)]
pub struct Message {
    pub(crate) record: Record,
    /// The key that names what the record is about. A partition key that is itself a context is not one.
    pub(crate) key: Option<Arc<str>>,
    /// What the producer sent along, baggage included.
    pub(crate) context: Context,
}

impl Message {
    /// The span that the producer named.
    pub(crate) fn sender(&self) -> Option<SpanContext> {
        Some(self.context.span().span_context().clone()).filter(SpanContext::is_valid)
    }
}

/// What the fields carry. One line is about those that name a trace which none of the propagators in use reads.
pub(crate) fn context_of(fields: &Fields, propagators: &Propagators) -> Context {
    let context = propagators.extract(fields);
    // A span was read by one of them.
    if !context.has_active_span() {
        propagators.first_unread(fields).into_iter().for_each(warn);
    }
    context
}
