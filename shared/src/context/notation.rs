//! How fields name a trace: the one judge of what is a context and what is malformed.
//!
//! Every format asks it, and every propagator reads by the same functions. So what is malformed in `docs/reference/wire-formats.md`
//! is absent on every way in.

use std::borrow::Cow;

use super::fields::Fields;
use super::{b3, traceparent, xray};

/// A way to write a trace into fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notation {
    /// W3C's `traceparent`.
    TraceContext,
    /// Zipkin's `b3`.
    B3,
    /// Zipkin's `x-b3-traceid` and `x-b3-spanid`.
    B3Multi,
    /// AWS's `x-amzn-trace-id`.
    Xray,
}

impl Notation {
    pub(crate) const ALL: [Self; 4] = [Self::TraceContext, Self::B3, Self::B3Multi, Self::Xray];

    /// The propagator that reads it, as `OTEL_PROPAGATORS` names it.
    pub fn propagator(self) -> &'static str {
        match self {
            Self::TraceContext => "tracecontext",
            Self::B3 => "b3",
            Self::B3Multi => "b3multi",
            Self::Xray => "xray",
        }
    }

    /// The field that names the trace.
    pub fn field(self) -> &'static str {
        match self {
            Self::TraceContext => "traceparent",
            Self::B3 => "b3",
            Self::B3Multi => "x-b3-traceid",
            Self::Xray => "x-amzn-trace-id",
        }
    }

    /// The notation that this field belongs to, if it is the one that names the trace.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn of_field(field: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notation| notation.field() == field)
    }

    /// Every notation in which the fields name a trace, whatever propagators are in use.
    ///
    /// ```
    /// use kinetrace::{Fields, Notation};
    ///
    /// let fields = r#"{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1","traceparent":"00"}"#;
    /// let fields: Fields = serde_json::from_str(fields)?;
    /// assert_eq!(Notation::all_of(&fields).collect::<Vec<_>>(), [Notation::B3]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn all_of(fields: &Fields) -> impl Iterator<Item = Self> + '_ {
        Self::ALL.into_iter().filter(|notation| notation.is_read(fields))
    }

    pub(crate) fn is_read(self, fields: &Fields) -> bool {
        self.span(fields).is_some()
    }

    /// The span that the fields name in this notation: the id of its trace, in 16 or 32 digits, and its own.
    pub(crate) fn span(self, fields: &Fields) -> Option<(Cow<'_, str>, &str)> {
        let get = |name: &str| fields.get(name);
        let span = match self {
            Self::TraceContext => {
                return get(traceparent::NAME).and_then(traceparent::ids).map(|(it, id)| (it.into(), id));
            }
            Self::B3 => b3::single(get),
            Self::B3Multi => b3::multiple(get),
            Self::Xray => get(xray::HEADER).and_then(xray::span),
        };
        span.map(|span| (span.trace_id, span.span_id))
    }

    /// The names of all fields that say something about the span.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::TraceContext => &[traceparent::NAME, "tracestate"],
            Self::B3 => &[b3::SINGLE],
            Self::B3Multi => &[b3::TRACE_ID, b3::SPAN_ID, b3::SAMPLED, b3::FLAGS],
            Self::Xray => &[xray::HEADER],
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Some of the notations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notations(u8);

impl Fields {
    /// Whether there is a trace to continue or to link to, in any notation. Baggage alone, or a `traceparent` that is
    /// malformed, is not one.
    pub(crate) fn name_a_trace(&self) -> bool {
        Notations::ALL.read(self)
    }
}

impl Notations {
    pub(crate) const ALL: Self = Self(0b1111);

    #[cfg(feature = "opentelemetry")]
    pub(crate) fn of(notations: impl Iterator<Item = Notation>) -> Self {
        Self(notations.fold(0, |bits, notation| bits | notation.bit()))
    }

    /// Whether the fields name a trace in one of them.
    pub(crate) fn read(self, fields: &Fields) -> bool {
        !fields.is_empty() && Notation::all_of(fields).any(|notation| self.0 & notation.bit() != 0)
    }
}
