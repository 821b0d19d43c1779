//! By which propagator a context is read.

use kinetrace::ParsePropagatorsError;
use kinetrace::{Fields, Propagators};
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

/// Whatever a producer may use. Of several contexts in one record, that of the last propagator counts.
pub(crate) const EVERY: &str = "xray,b3multi,b3,tracecontext";

/// Those that a list names. An empty one counts as none given, as an empty `OTEL_PROPAGATORS` does: then it is a consumer's
/// default.
///
/// # Errors
///
/// Names an entry that is not a propagator.
pub(crate) fn chosen(list: &str) -> Result<Propagators, ParsePropagatorsError> {
    if list.trim().is_empty() { Ok(Propagators::default()) } else { Propagators::parse(list) }
}

/// The span that a record's fields name.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) span: SpanContext,
    /// The propagator that reads it, as `OTEL_PROPAGATORS` names it.
    pub(crate) propagator: &'static str,
}

impl Named {
    /// `None` if the propagators read no span in the fields.
    pub(crate) fn by(propagators: &Propagators, fields: &Fields) -> Option<Self> {
        let span = propagators.extract(fields).span().span_context().clone();
        let propagator = propagators.read_by(fields)?.propagator();
        span.is_valid().then_some(Self { span, propagator })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACEPARENT: &str = r#""traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01""#;
    const B3: &str = r#""b3":"0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1""#;

    fn read(list: &str, fields: &str) -> Option<(String, String)> {
        let fields: Fields = serde_json::from_str(&format!("{{{fields}}}")).unwrap();
        let named = Named::by(&Propagators::parse(list).unwrap(), &fields)?;
        Some((named.propagator.to_owned(), named.span.trace_id().to_string()[..4].to_owned()))
    }

    #[test]
    fn a_context_is_read_by_the_last_propagator_that_knows_it() {
        let both = format!("{B3},{TRACEPARENT}");
        for (list, fields, expected) in [
            (EVERY, TRACEPARENT, Some(("tracecontext", "4bf9"))),
            (EVERY, B3, Some(("b3", "0af7"))),
            (EVERY, &both, Some(("tracecontext", "4bf9"))),
            ("tracecontext,b3", &both, Some(("b3", "0af7"))),
            (" b3 , , tracecontext ", &both, Some(("tracecontext", "4bf9"))),
            (kinetrace::__private::DEFAULT_PROPAGATORS, B3, None),
            ("none", &both, None),
            ("", &both, None),
            ("baggage", TRACEPARENT, None),
        ] {
            let expected = expected.map(|(name, trace): (&str, &str)| (name.to_owned(), trace.to_owned()));
            assert_eq!(read(list, fields), expected, "{list}: {fields}");
        }
    }
}
