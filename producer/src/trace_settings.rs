//! How records are traced: what the publisher and the interceptor have in common.

use std::sync::{Arc, OnceLock};

use kinetrace::__private::semantic_conventions::{RECORD_KEY, scope};
use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, KeyNames, Propagators, Telemetry};
use opentelemetry::KeyValue;
use opentelemetry::global::{self, BoxedTracer};

#[derive(Debug, Clone)]
pub(crate) struct TraceSettings {
    pub(crate) carrier: Option<Carrier>,
    pub(crate) create_spans: bool,
    /// Create spans name the keys of their records.
    pub(crate) key_attribute: bool,
    pub(crate) key_names: KeyNames,
    pub(crate) max_record_bytes: usize,
    pub(crate) propagators: Propagators,
    tracer: Arc<OnceLock<BoxedTracer>>,
}

impl TraceSettings {
    pub(crate) fn new(carrier: Option<Carrier>) -> Self {
        Self {
            carrier,
            create_spans: true,
            key_attribute: true,
            key_names: KeyNames::default(),
            max_record_bytes: DEFAULT_MAX_RECORD_BYTES,
            propagators: Propagators::default(),
            tracer: Arc::default(),
        }
    }

    pub(crate) fn set_telemetry(&mut self, telemetry: &Telemetry) {
        self.tracer = Arc::new(OnceLock::from(telemetry.tracer()));
        self.propagators = telemetry.propagators().clone();
    }

    /// The line that says so if no record can carry a context: two carriers need the ids that only W3C's propagator gives them.
    /// No propagator in use is a decision, and gets no line.
    pub(crate) fn carries_nothing(&self) -> Option<String> {
        let carrier = self.carrier.filter(|carrier| matches!(carrier, Carrier::Datadog | Carrier::PartitionKey))?;
        let names: Vec<_> = self.propagators.names().collect();
        (!names.is_empty() && !names.contains(&"tracecontext")).then(|| {
            format!(
                "no record carries a context: the carrier {carrier} needs the propagator tracecontext, and there is only {}. \
                 Add tracecontext to OTEL_PROPAGATORS",
                names.join(",")
            )
        })
    }

    /// What a create span says of its record's key.
    pub(crate) fn key(&self, key: &str) -> Option<KeyValue> {
        self.key_attribute.then(|| KeyValue::new(RECORD_KEY, self.key_names.name(key).into_owned()))
    }

    /// Unless one was set, the global provider's as of the first span: a client is often built before the provider is.
    pub(crate) fn tracer(&self) -> &BoxedTracer {
        self.tracer.get_or_init(|| global::tracer_with_scope(scope()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_that_lacks_its_propagator_is_told_of() {
        for (carrier, propagators, is_told) in [
            (Some(Carrier::Datadog), "b3,baggage", true),
            (Some(Carrier::Datadog), "baggage", true),
            (Some(Carrier::PartitionKey), "xray", true),
            (Some(Carrier::Datadog), "b3,tracecontext", false),
            (Some(Carrier::Datadog), "none", false),
            (Some(Carrier::Envelope), "b3", false),
            (None, "b3", false),
        ] {
            let mut settings = TraceSettings::new(carrier);
            settings.set_telemetry(&Telemetry::new(None, Propagators::parse(propagators).unwrap()));
            let told = settings.carries_nothing();
            assert_eq!(told.is_some(), is_told, "{carrier:?} {propagators}: {told:?}");
            let names = |line: &String| line.contains(&format!("there is only {propagators}."));
            assert!(told.as_ref().is_none_or(names), "{told:?}");
        }
    }
}
