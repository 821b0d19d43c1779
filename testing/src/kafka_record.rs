//! A record of a topic, as a test describes it.

use bytes::Bytes;
use kinetrace::kafka::{DEFAULT_MAX_MESSAGE_BYTES, Headers, inject};
use kinetrace::{Injection, Propagators};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

/// A record of a topic: its key, its value and its headers, for [`KafkaEvent::record`](crate::KafkaEvent::record).
///
/// ```
/// use kinetrace_testing::{KafkaEvent, KafkaRecord};
///
/// let b3 = "6b696e6574726163000000000000002a-000000000000002a-1";
/// let event = KafkaEvent::new("flights")
///     .record(KafkaRecord::new("landed").key("N14228").header("source", "tower").traced())
///     .record(KafkaRecord::new("landed").header("b3", b3)) // by a producer of another vendor
///     .record(KafkaRecord::tombstone().key("N14228").traced());
/// assert_eq!(event.len(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaRecord {
    pub(crate) key: Option<Bytes>,
    /// `None` is a tombstone.
    pub(crate) value: Option<Bytes>,
    pub(crate) headers: Headers,
    /// Whether a producer's context is added to them.
    pub(crate) is_traced: bool,
}

impl KafkaRecord {
    /// With this value, without a key, headers and a context.
    pub fn new(value: impl Into<Bytes>) -> Self {
        Self { value: Some(value.into()), ..Self::tombstone() }
    }

    /// Without a value: its key is deleted.
    pub fn tombstone() -> Self {
        Self { key: None, value: None, headers: Headers::default(), is_traced: false }
    }

    /// With this key. A record without this call has none, which differs from an empty one.
    #[must_use]
    pub fn key(self, key: impl Into<Bytes>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// With one header more, after those that are there. Names may repeat.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Bytes>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// With one header more that has no value.
    #[must_use]
    pub fn null_header(mut self, name: &str) -> Self {
        self.headers.push_null(name);
        self
    }

    /// With the context of a producer's span in its headers, as a producer of kinetrace puts it there. Which span that is, the
    /// [event](crate::KafkaEvent::context) says.
    #[must_use]
    pub fn traced(self) -> Self {
        Self { is_traced: true, ..self }
    }

    /// With this context, if it is to have one.
    pub(crate) fn injected(mut self, span: &SpanContext) -> Self {
        if self.is_traced {
            let fields = Propagators::default().inject(&Context::new().with_remote_span_context(span.clone()));
            let injection = inject(&mut self.headers, &fields, None, DEFAULT_MAX_MESSAGE_BYTES);
            assert_eq!(injection, Injection::Injected, "the headers have no room for a context");
        }
        self
    }
}
