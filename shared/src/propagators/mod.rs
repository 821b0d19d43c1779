//! From a context to its text fields and back, by the propagators that `OTEL_PROPAGATORS` names.
//!
//! The SDK ignores that variable, so it is honoured here
//! (<https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>).

mod b3;

use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_aws::trace::XrayPropagator;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

use crate::fields::Fields;
use crate::telemetry::contained;
use b3::{B3, B3Multi};

/// What `OTEL_PROPAGATORS` means when it is not set.
pub const DEFAULT: &str = "tracecontext,baggage";

type Propagator = Box<dyn TextMapPropagator + Send + Sync>;

/// The propagators in use, as one value. Cloning shares them.
///
/// A propagator that panics costs its own fields, never a record.
#[derive(Debug, Clone)]
pub struct Propagators(Arc<[Propagator]>);

/// `OTEL_PROPAGATORS` names something unknown.
#[derive(Debug, thiserror::Error)]
#[error(
    "OTEL_PROPAGATORS: unknown propagator {0:?}; \
     use a comma-separated list of tracecontext, baggage, b3, b3multi, xray, or none"
)]
pub struct UnknownPropagator(String);

impl Propagators {
    /// Reads a comma-separated list: `tracecontext`, `baggage`, `b3`, `b3multi`, `xray`, `none`.
    ///
    /// # Errors
    ///
    /// Names the first entry that is none of these.
    ///
    /// ```
    /// use kinetrace::Propagators;
    ///
    /// assert!(Propagators::parse("tracecontext, xray").is_ok());
    /// assert!(Propagators::parse("traceparent").is_err());
    /// ```
    pub fn parse(list: &str) -> Result<Self, UnknownPropagator> {
        let mut propagators: Vec<Propagator> = Vec::new();
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            propagators.push(match name {
                "tracecontext" => Box::new(TraceContextPropagator::new()),
                "baggage" => Box::new(BaggagePropagator::new()),
                "b3" => Box::new(B3::default()),
                "b3multi" => Box::new(B3Multi::default()),
                "xray" => Box::new(XrayPropagator::new()),
                "none" => continue,
                other => return Err(UnknownPropagator(other.to_owned())),
            });
        }
        Ok(Self(propagators.into()))
    }

    /// The fields that tell of `context`; none if it has no valid span, for then there is nothing to continue.
    pub fn inject(&self, context: &Context) -> Fields {
        let mut fields = Fields::default();
        if !context.span().span_context().is_valid() {
            return fields;
        }
        for propagator in self.0.iter() {
            let mut own = fields.clone();
            if contained(|| propagator.inject_context(context, &mut own)).is_some() {
                fields = own;
            }
        }
        fields
    }

    /// The context that `fields` tell of. Malformed fields are as good as absent ones.
    ///
    /// It starts from an empty context: the caller's current span must not pass for the sender's.
    pub fn extract(&self, fields: &dyn Extractor) -> Context {
        self.0.iter().fold(Context::new(), |context, propagator| {
            contained(|| propagator.extract_with_context(&context, fields)).unwrap_or(context)
        })
    }
}

/// Whether B3 or X-Ray fields name a trace. Their names alone say nothing: a spreadsheet has a cell `b3`.
pub(crate) fn name_a_trace_in_other_words(fields: &Fields) -> bool {
    let names_one = |propagator: &dyn TextMapPropagator| {
        propagator.fields().any(|name| fields.get(name).is_some())
            && contained(|| propagator.extract_with_context(&Context::new(), fields).span().span_context().is_valid())
                .unwrap_or(false)
    };
    names_one(&B3::default()) || names_one(&B3Multi::default()) || names_one(&XrayPropagator::new())
}

impl Default for Propagators {
    fn default() -> Self {
        Self(Arc::new([Box::new(TraceContextPropagator::new()), Box::new(BaggagePropagator::new())]))
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::baggage::BaggageExt;
    use opentelemetry::propagation::Injector;
    use opentelemetry::propagation::text_map_propagator::FieldIter;
    use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
    use opentelemetry::{Context, KeyValue};

    use super::*;

    fn context(flags: TraceFlags) -> Context {
        let trace_id = TraceId::from_hex("4bf92f3577b34da6a3ce929d0e0e4736").unwrap();
        let span_id = SpanId::from_hex("00f067aa0ba902b7").unwrap();
        let span = SpanContext::new(trace_id, span_id, flags, true, TraceState::default());
        Context::new().with_remote_span_context(span).with_baggage([KeyValue::new("tenant", "7")])
    }

    #[test]
    fn every_propagator_writes_its_fields_and_reads_them_back() {
        let table = [
            ("tracecontext", r#"{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#),
            ("baggage,none", r#"{"baggage":"tenant=7"}"#),
            ("b3", r#"{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}"#),
            (
                "b3multi",
                r#"{"x-b3-traceid":"4bf92f3577b34da6a3ce929d0e0e4736","x-b3-spanid":"00f067aa0ba902b7","x-b3-sampled":"1"}"#,
            ),
            (
                "xray",
                r#"{"x-amzn-trace-id":"Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"}"#,
            ),
            ("none", "{}"),
        ];
        for (list, expected) in table {
            let propagators = Propagators::parse(list).unwrap();
            let context = context(TraceFlags::SAMPLED);
            let fields = propagators.inject(&context);
            assert_eq!(serde_json::to_string(&fields).unwrap(), expected, "{list}");
            if expected.contains("00f067aa0ba902b7") {
                let read = propagators.extract(&fields);
                assert_eq!(read.span().span_context(), context.span().span_context(), "{list}");
            }
        }
    }

    #[test]
    fn without_a_valid_span_there_is_nothing_to_send() {
        let baggage_only = Context::new().with_baggage([KeyValue::new("tenant", "7")]);
        assert!(Propagators::default().inject(&baggage_only).is_empty());
    }

    #[test]
    fn malformed_fields_are_as_good_as_absent() {
        let table = [
            ("tracecontext", "traceparent", "00-zz-00f067aa0ba902b7-01"),
            ("tracecontext", "traceparent", ""),
            ("b3", "b3", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("b3", "b3", "0"),
            ("b3", "b3", "x-y-z-a-b-c"),
            ("b3multi", "x-b3-traceid", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("xray", "x-amzn-trace-id", "Root=;Parent=;Sampled=?"),
        ];
        for (list, name, value) in table {
            let mut fields = Fields::default();
            fields.set(name, value.to_owned());
            let context = Propagators::parse(list).unwrap().extract(&fields);
            assert!(!context.span().span_context().is_valid(), "{name}: {value}");
        }
    }

    #[test]
    fn an_unknown_name_is_refused_by_name() {
        let error = Propagators::parse("tracecontext,jaeger").unwrap_err().to_string();
        assert!(error.contains("OTEL_PROPAGATORS") && error.contains("\"jaeger\""), "{error}");
    }

    #[derive(Debug)]
    struct Panics;

    impl TextMapPropagator for Panics {
        fn inject_context(&self, _: &Context, fields: &mut dyn Injector) {
            fields.set("half", "written".to_owned());
            panic!("a propagator's bug");
        }
        fn extract_with_context(&self, _: &Context, _: &dyn Extractor) -> Context {
            panic!("a propagator's bug");
        }
        fn fields(&self) -> FieldIter<'_> {
            FieldIter::new(&[])
        }
    }

    #[test]
    fn a_propagator_that_panics_costs_its_own_fields_only() {
        let propagators = Propagators(Arc::new([Box::new(Panics), Box::new(TraceContextPropagator::new())]));
        let context = context(TraceFlags::SAMPLED);
        let fields = propagators.inject(&context);
        assert_eq!(fields.keys(), ["traceparent"]);
        assert_eq!(propagators.extract(&fields).span().span_context(), context.span().span_context());
    }
}
