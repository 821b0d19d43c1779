//! AWS X-Ray's header, `Root=1-…;Parent=…;Sampled=1`
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>).
//!
//! The published propagator writes the members of a `tracestate` after its own, in the same words. A member `parent` would
//! then be read in place of the sender's span, so such members are left out. It reads ids of any length and case, and
//! passes over what it does not understand, so reading is done here.

use std::str::FromStr as _;

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags, TraceState};
use opentelemetry_aws::trace::XrayPropagator;

use super::remote;
use crate::context::xray::{self, HEADER};

/// The published propagator's mark of a header that leaves the decision to the receiver.
const DEFERRED: TraceFlags = TraceFlags::new(0x02);

/// The header's own words, of which each may be there once.
const OWN: [&str; 4] = ["root", "parent", "sampled", "self"];

#[derive(Debug, Default)]
pub(super) struct Xray(XrayPropagator);

impl TextMapPropagator for Xray {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let span = context.span();
        let span = span.span_context();
        if *span.trace_state() == TraceState::NONE {
            return self.0.inject_context(context, injector);
        }
        let state = without_own(&span.trace_state().header());
        let span = SpanContext::new(span.trace_id(), span.span_id(), span.trace_flags(), span.is_remote(), state);
        self.0.inject_context(&context.with_remote_span_context(span), injector);
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        remote::with_span(context, extractor.get(HEADER).and_then(xray::span), DEFERRED)
    }

    fn fields(&self) -> FieldIter<'_> {
        self.0.fields()
    }
}

/// The span that a header names.
pub(crate) fn span_context(header: &str) -> Option<SpanContext> {
    remote::span_context(&xray::span(header)?, DEFERRED)
}

/// The members of a `tracestate` that the header can hold next to its own.
fn without_own(tracestate: &str) -> TraceState {
    let fits = |member: &&str| {
        let key = member.split_once('=').map_or("", |(key, _)| key.trim());
        !key.is_empty() && !key.contains(';') && !OWN.iter().any(|own| key.eq_ignore_ascii_case(own))
    };
    let members: Vec<_> = tracestate.split(',').filter(fits).collect();
    TraceState::from_str(&members.join(",")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanId, TraceFlags, TraceId};

    use super::*;
    use crate::Fields;

    #[test]
    fn no_member_of_a_tracestate_is_read_in_place_of_the_senders_span() {
        let table = [
            ("parent=,=", ""),
            ("parent=0000000000000001", ""),
            ("sampled=0,root=1,self=2", ""),
            ("lineage=a:1,parent=7,vendor=b", ";Lineage=a:1;Vendor=b"),
        ];
        for (state, expected) in table {
            let (trace_id, span_id) = (TraceId::from(0x4bf9_2f35_u128 << 96 | 7), SpanId::from(0xab));
            let state = TraceState::from_str(state).unwrap();
            let sent = SpanContext::new(trace_id, span_id, TraceFlags::SAMPLED, true, state);
            let mut fields = Fields::default();
            Xray::default().inject_context(&Context::new().with_remote_span_context(sent.clone()), &mut fields);
            let header = fields.get("x-amzn-trace-id").unwrap();
            assert!(header.ends_with(&format!(";Sampled=1{expected}")), "{header}");
            let read = Xray::default().extract_with_context(&Context::new(), &fields);
            let read = read.span().span_context().clone();
            assert_eq!((read.trace_id(), read.span_id(), read.is_sampled()), (trace_id, span_id, true), "{header}");
        }
    }
}
