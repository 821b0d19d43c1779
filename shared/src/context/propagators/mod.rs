//! The propagators that `OTEL_PROPAGATORS` names, from a context to its text fields and back.
//!
//! The SDK ignores that variable, so it is honoured here
//! (<https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>).

mod b3;
mod dropped;
mod limits;
mod otel_fields;
mod remote;
mod text_map;
mod trace_context;
mod unread;
mod within_limits;
mod xray;

use std::collections::BTreeSet;
use std::sync::Arc;

use opentelemetry::metrics::Meter;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::BaggagePropagator;

use crate::context::fields::Fields;
use crate::context::notation::{Notation, Notations};
use b3::{B3, B3Multi};
use dropped::Counts;
pub use dropped::Dropped;
pub(crate) use limits::{DEFAULT_BAGGAGE_BYTES, MAX_BAGGAGE_BYTES};
use trace_context::TraceContext;
use unread::Unread;
use xray::Xray;
pub(crate) use xray::span_context;

/// The variables that say what of baggage travels.
pub(crate) const VARIABLES: [&str; 2] = [BAGGAGE_KEYS, MAX_BAGGAGE];
pub(crate) const BAGGAGE_KEYS: &str = "KINETRACE_BAGGAGE_KEYS";
pub(crate) const MAX_BAGGAGE: &str = "KINETRACE_MAX_BAGGAGE_BYTES";

/// What `OTEL_PROPAGATORS` means when it is not set.
pub const DEFAULT: &str = "tracecontext,baggage";

type Propagator = Box<dyn TextMapPropagator + Send + Sync>;

/// The propagators in use, as one value. Cloning shares them.
///
/// A propagator that panics costs its own fields, never a record.
///
/// Whatever others send, a context stays small. A `tracestate` has 512 bytes and 32 members at most, baggage that is read
/// 8192 bytes and 64 members, and baggage that is written 1024 bytes, or what
/// [`with_max_baggage_bytes`](Self::with_max_baggage_bytes) says. What is beyond goes in whole members, and is
/// [counted](Self::dropped).
#[derive(Debug, Clone)]
pub struct Propagators {
    list: Arc<[Propagator]>,
    /// The names of what they read and write.
    field_names: Arc<[String]>,
    baggage_keys: Option<Arc<BTreeSet<String>>>,
    max_baggage_bytes: usize,
    counts: Arc<Counts>,
    unread: Arc<Unread>,
}

/// `OTEL_PROPAGATORS` names something unknown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error(
    "OTEL_PROPAGATORS: unknown propagator {0:?}; \
     use a comma-separated list of tracecontext, baggage, b3, b3multi, xray, or none"
)]
pub struct ParsePropagatorsError(String);

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
    pub fn parse(list: &str) -> Result<Self, ParsePropagatorsError> {
        let mut propagators: Vec<Propagator> = Vec::new();
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            propagators.push(match name {
                "tracecontext" => Box::new(TraceContext::default()),
                "baggage" => Box::new(BaggagePropagator::new()),
                "b3" => Box::new(B3::default()),
                "b3multi" => Box::new(B3Multi::default()),
                "xray" => Box::new(Xray::default()),
                "none" => continue,
                other => return Err(ParsePropagatorsError(other.to_owned())),
            });
        }
        Ok(Self::of(propagators))
    }

    fn of(list: impl Into<Arc<[Propagator]>>) -> Self {
        let list = list.into();
        let field_names = list.iter().flat_map(|propagator| propagator.fields()).map(str::to_owned).collect();
        let (counts, unread) = Default::default();
        let max_baggage_bytes = DEFAULT_BAGGAGE_BYTES;
        Self { list, field_names, baggage_keys: None, max_baggage_bytes, counts, unread }
    }

    /// Of baggage only the members with these keys are read and written, compared exactly. Without this, all are.
    ///
    /// ```
    /// use kinetrace::Propagators;
    ///
    /// let propagators = Propagators::default().with_baggage_keys(["tenant", "region"]);
    /// ```
    #[must_use]
    pub fn with_baggage_keys(self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let keys = keys.into_iter().map(Into::into).collect();
        Self { baggage_keys: Some(Arc::new(keys)), ..self }
    }

    /// How much baggage is written with a record, in bytes; 8192 at most. Default: 1024.
    #[must_use]
    pub fn with_max_baggage_bytes(self, bytes: usize) -> Self {
        Self { max_baggage_bytes: bytes.min(MAX_BAGGAGE_BYTES), ..self }
    }

    /// What was too much to travel, since the process began. Clones count together.
    pub fn dropped(&self) -> Dropped {
        self.counts.dropped()
    }

    /// A line about the first members that were dropped, once.
    pub(crate) fn first_dropped(&self) -> Option<String> {
        self.counts.first_line(self.max_baggage_bytes)
    }

    /// Has the meter tell what is dropped.
    pub(crate) fn observe(&self, meter: &Meter) {
        self.counts.observe(meter);
    }

    /// Whether baggage travels only if its key was named.
    pub fn names_baggage_keys(&self) -> bool {
        self.baggage_keys.is_some()
    }

    /// Which of the propagators in use reads the trace that the fields name; `None` if none does. Of several, it is the
    /// last in the list, as in [`extract`](Self::extract).
    ///
    /// ```
    /// use kinetrace::{Fields, Notation, Propagators};
    ///
    /// let fields = r#"{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}"#;
    /// let fields: Fields = serde_json::from_str(fields)?;
    /// assert_eq!(Propagators::default().read_by(&fields), None);
    /// assert_eq!(Propagators::parse("tracecontext,b3")?.read_by(&fields), Some(Notation::B3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_by(&self, fields: &Fields) -> Option<Notation> {
        self.notations().rfind(|notation| notation.is_read(fields))
    }

    /// A line about the first fields that name a trace which none of the propagators in use reads, once: clones count
    /// together. It names fields and never their values. No propagator in use is a decision, and gets no line.
    pub fn first_unread(&self, fields: &Fields) -> Option<String> {
        let is_told = self.list.is_empty() || self.unread.is_told() || self.read_by(fields).is_some();
        if is_told { None } else { self.unread.first(fields, self.names()) }
    }

    /// The names of the propagators in use, as `OTEL_PROPAGATORS` has them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        // A propagator is known by the first of its fields.
        self.list.iter().filter_map(|propagator| match propagator.fields().next()? {
            "baggage" => Some("baggage"),
            field => Notation::of_field(field).map(Notation::propagator),
        })
    }

    pub(crate) fn known(&self) -> Notations {
        Notations::of(self.notations())
    }

    fn notations(&self) -> impl DoubleEndedIterator<Item = Notation> {
        let fields = self.list.iter().filter_map(|propagator| propagator.fields().next());
        fields.filter_map(Notation::of_field)
    }
}

impl Default for Propagators {
    fn default() -> Self {
        let list: [Propagator; 2] = [Box::new(TraceContext::default()), Box::new(BaggagePropagator::new())];
        Self::of(list)
    }
}

#[cfg(test)]
mod tests;
