//! What the invocation makes of its caller's context.

use kinetrace::Propagators;
use opentelemetry::Context;
use opentelemetry::baggage::{BaggageExt as _, KeyValueMetadata};
use opentelemetry::propagation::Extractor;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

#[derive(Debug)]
pub(crate) struct Caller {
    /// What the invocation's span continues; without a span it begins a trace.
    pub(crate) parent: Context,
    /// What it links to instead.
    pub(crate) link: Option<SpanContext>,
}

impl Caller {
    /// Of a public endpoint's callers nobody knows who they are: they choose neither the trace nor whether it is sampled, and
    /// put into the stream no baggage but that whose keys the function's owner named.
    pub(crate) fn read(fields: &dyn Extractor, propagators: &Propagators, is_public: bool) -> Self {
        let context = propagators.extract(fields);
        if !is_public {
            return Self { parent: context, link: None };
        }
        let link = Some(context.span().span_context().clone()).filter(SpanContext::is_valid);
        let named = context.baggage().iter().filter(|_| propagators.names_baggage_keys());
        let baggage: Vec<_> = named
            .map(|(key, (value, metadata))| KeyValueMetadata::new(key.clone(), value.clone(), metadata.clone()))
            .collect();
        Self { parent: Context::new().with_baggage(baggage), link }
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::Fields;

    use super::*;

    fn fields() -> Fields {
        let mut fields = Fields::default();
        fields.set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
        fields.set("tracestate", "rojo=1".to_owned());
        fields.set("baggage", "tenant=7;p=1,user=alice".to_owned());
        fields
    }

    fn keys(context: &Context) -> Vec<&str> {
        context.baggage().iter().map(|(key, _)| key.as_str()).collect()
    }

    #[test]
    fn a_trusted_callers_context_is_continued() {
        let caller = Caller::read(&fields(), &Propagators::default(), false);
        assert_eq!(caller.parent.span().span_context().span_id().to_string(), "00f067aa0ba902b7");
        assert_eq!((caller.link, caller.parent.baggage().len()), (None, 2));
    }

    #[test]
    fn of_a_public_caller_there_is_a_link_and_the_baggage_that_was_asked_for() {
        let named = Propagators::default().with_baggage_keys(["tenant"]);
        for (propagators, expected) in [(Propagators::default(), vec![]), (named, vec!["tenant"])] {
            let caller = Caller::read(&fields(), &propagators, true);
            // A parent that is not valid passes for one that was not sampled.
            assert!(!caller.parent.has_active_span());
            assert_eq!(keys(&caller.parent), expected);
            assert_eq!(caller.link.unwrap().trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        }
        assert!(Caller::read(&Fields::default(), &Propagators::default(), true).link.is_none());
    }
}
