//! From a context to its text fields and back, with no more of a `tracestate` and of baggage than travels.

use std::borrow::Cow;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::Context;
use opentelemetry::propagation::Extractor;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};

use super::Propagators;
use super::limits::{self, Limited, MAX_BAGGAGE_BYTES};
use crate::contained::contained;
use crate::context::fields::Fields;

const TRACESTATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";

impl Propagators {
    /// The fields that carry `context`, within the limits; none if it has no valid span, because then there is nothing to
    /// continue.
    pub fn inject(&self, context: &Context) -> Fields {
        let mut fields = Fields::default();
        if !context.span().span_context().is_valid() {
            return fields;
        }
        let limited = limit_state(context, &self.counts.tracestate_written);
        for propagator in self.list.iter() {
            let mut own = Fields::default();
            if contained(|| propagator.inject_context(&limited, &mut own)).is_some() {
                fields.take_over(own);
            }
        }
        self.limit_baggage(fields)
    }

    fn limit_baggage(&self, mut fields: Fields) -> Fields {
        let Some(text) = fields.get(BAGGAGE) else { return fields };
        let limited = limits::baggage(text, self.baggage_keys.as_deref(), self.max_baggage_bytes);
        if let Cow::Owned(text) = count(limited, &self.counts.baggage_written) {
            fields.remove(BAGGAGE);
            fields.set(BAGGAGE, text);
        }
        fields
    }

    /// The context that `fields` carry, within the limits. Malformed fields count as absent; what is malformed,
    /// [`Notation`](crate::Notation) decides for every format.
    ///
    /// It starts from an empty context: the caller's current span must not pass for the sender's.
    pub fn extract(&self, fields: &dyn Extractor) -> Context {
        self.extract_onto(Context::new(), fields)
    }

    pub(super) fn extract_onto(&self, context: Context, fields: &dyn Extractor) -> Context {
        let baggage = |text| limits::baggage(text, self.baggage_keys.as_deref(), MAX_BAGGAGE_BYTES);
        let fields = Within {
            fields,
            tracestate: fields
                .get(TRACESTATE)
                .map(|text| count(limits::tracestate(text), &self.counts.tracestate_read)),
            baggage: fields.get(BAGGAGE).map(|text| count(baggage(text), &self.counts.baggage_read)),
        };
        let context = self.list.iter().fold(context, |context, propagator| {
            contained(|| propagator.extract_with_context(&context, &fields)).unwrap_or(context)
        });
        // Other formats bring a `tracestate` in other words. A span that is not remote was not read here.
        if !context.span().span_context().is_remote() {
            return context;
        }
        limit_state(&context, &self.counts.tracestate_read).into_owned()
    }
}

/// Fields, two of them within the limits.
struct Within<'a> {
    fields: &'a dyn Extractor,
    tracestate: Option<Cow<'a, str>>,
    baggage: Option<Cow<'a, str>>,
}

impl Extractor for Within<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        match name {
            TRACESTATE => self.tracestate.as_deref(),
            BAGGAGE => self.baggage.as_deref().filter(|text| !text.is_empty()),
            _ => self.fields.get(name),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.fields.keys()
    }
}

fn count<'a>(limited: Limited<'a>, counter: &AtomicU64) -> Cow<'a, str> {
    if limited.dropped > 0 {
        counter.fetch_add(limited.dropped, Ordering::Relaxed);
    }
    limited.text
}

/// The same context, with no more of a `tracestate` than travels.
fn limit_state<'a>(context: &'a Context, counter: &AtomicU64) -> Cow<'a, Context> {
    let span = context.span();
    let span = span.span_context();
    if *span.trace_state() == TraceState::NONE {
        return Cow::Borrowed(context);
    }
    let header = span.trace_state().header();
    let Cow::Owned(header) = count(limits::tracestate(&header), counter) else { return Cow::Borrowed(context) };
    let state = TraceState::from_str(&header).unwrap_or_default();
    let limited = SpanContext::new(span.trace_id(), span.span_id(), span.trace_flags(), span.is_remote(), state);
    Cow::Owned(context.with_remote_span_context(limited))
}
