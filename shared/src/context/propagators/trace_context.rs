//! W3C's `traceparent` and `tracestate` (<https://www.w3.org/TR/trace-context/>).
//!
//! The SDK's propagator trims white space, and takes ids and flags of fewer digits, and a sign before them. What
//! `docs/reference/wire-formats.md` calls malformed never reaches it.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::context::traceparent::{self, is_readable};

#[derive(Debug, Default)]
pub(super) struct TraceContext(TraceContextPropagator);

impl TextMapPropagator for TraceContext {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        self.0.inject_context(context, injector);
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let is_read = extractor.get(traceparent::NAME).is_some_and(is_readable);
        if is_read { self.0.extract_with_context(context, extractor) } else { context.clone() }
    }

    fn fields(&self) -> FieldIter<'_> {
        self.0.fields()
    }
}
