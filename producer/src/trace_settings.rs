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

    /// What a create span says of its record's key.
    pub(crate) fn key(&self, key: &str) -> Option<KeyValue> {
        self.key_attribute.then(|| KeyValue::new(RECORD_KEY, self.key_names.name(key).into_owned()))
    }

    /// Unless one was set, the global provider's as of the first span: a client is often built before the provider is.
    pub(crate) fn tracer(&self) -> &BoxedTracer {
        self.tracer.get_or_init(|| global::tracer_with_scope(scope()))
    }
}
