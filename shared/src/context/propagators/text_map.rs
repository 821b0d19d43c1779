//! All propagators in use as one of OpenTelemetry's.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};

use super::Propagators;

/// For [`set_text_map_propagator`](opentelemetry::global::set_text_map_propagator), by which layers of others read and write
/// headers. The limits hold there, too.
impl TextMapPropagator for Propagators {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        for (name, value) in self.inject(context).iter() {
            injector.set(name, value.to_owned());
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        self.extract_onto(context.clone(), extractor)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.field_names)
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};

    use super::*;
    use crate::context::fields::Fields;

    fn local(state: &str) -> Context {
        let (trace_id, span_id) = (TraceId::from(7), SpanId::from(7));
        let state = state.parse().unwrap_or(TraceState::NONE);
        let span = SpanContext::new(trace_id, span_id, TraceFlags::SAMPLED, false, state);
        Context::new().with_remote_span_context(span)
    }

    #[test]
    fn as_a_propagator_they_write_and_read_what_they_do_by_themselves() {
        let propagators = Propagators::parse("tracecontext,b3").unwrap();
        let mut fields = Fields::default();
        propagators.inject_context(&local(""), &mut fields);
        assert_eq!(fields, propagators.inject(&local("")));

        let read = TextMapPropagator::extract(&propagators, &fields);
        assert_eq!(read.span().span_context(), propagators.extract(&fields).span().span_context());
        let names: Vec<_> = TextMapPropagator::fields(&propagators).collect();
        assert_eq!(names, ["traceparent", "tracestate", "b3"]);
    }

    #[test]
    fn without_fields_the_given_context_stays_as_it_is() {
        let long = format!("vendor={}", "x".repeat(250));
        let given = local(&format!("{long},a{long},b{long}"));
        let read = Propagators::default().extract_with_context(&given, &Fields::default());
        assert_eq!(read.span().span_context(), given.span().span_context());
    }
}
