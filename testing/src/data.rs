//! What stands in the stream for a record: its payload, with a context or without.

use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Injection, Propagators, Record};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

/// The record as a producer with this carrier would put it.
pub(crate) fn inject(mut record: Record, carrier: Carrier, span: &SpanContext) -> Record {
    let fields = Propagators::default().inject(&Context::new().with_remote_span_context(span.clone()));
    let injection = carrier.inject(&mut record, &fields, None, DEFAULT_MAX_RECORD_BYTES);
    assert_eq!(injection, Injection::Injected, "{carrier} cannot carry a context on this record");
    record
}
