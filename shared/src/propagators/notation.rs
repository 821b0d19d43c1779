//! How fields name a trace: the one judge of what is a context and what is malformed.
//!
//! Every format asks it, and every propagator reads by the same functions. So what is malformed in `docs/wire-formats.md`
//! is absent on every way in.

use opentelemetry::propagation::Extractor;

use super::{Propagators, b3, trace_context, xray};
use crate::fields::Fields;

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
    const ALL: [Self; 4] = [Self::TraceContext, Self::B3, Self::B3Multi, Self::Xray];

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

    /// Every notation in which the fields name a trace, whatever propagators are in use.
    ///
    /// ```
    /// use kinetrace::Fields;
    /// use kinetrace::propagators::Notation;
    ///
    /// let fields = r#"{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1","traceparent":"00"}"#;
    /// let fields: Fields = serde_json::from_str(fields)?;
    /// assert_eq!(Notation::all_of(&fields).collect::<Vec<_>>(), [Notation::B3]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn all_of(fields: &Fields) -> impl Iterator<Item = Self> + '_ {
        Self::ALL.into_iter().filter(|notation| notation.is_read(fields))
    }

    fn is_read(self, fields: &dyn Extractor) -> bool {
        match self {
            Self::TraceContext => trace_context::is_read(fields),
            Self::B3 => b3::single(fields).is_some(),
            Self::B3Multi => b3::multiple(fields).is_some(),
            Self::Xray => xray::read(fields).is_some(),
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Some of the notations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notations(u8);

impl Notations {
    pub(crate) const ALL: Self = Self(0b1111);

    /// Whether the fields name a trace in one of them.
    pub(crate) fn read(self, fields: &Fields) -> bool {
        !fields.is_empty() && Notation::all_of(fields).any(|notation| self.0 & notation.bit() != 0)
    }
}

impl Propagators {
    /// Which of the propagators in use reads the trace that the fields name; `None` if none does. Of several, it is the
    /// last in the list, as in [`extract`](Self::extract).
    ///
    /// ```
    /// use kinetrace::propagators::Notation;
    /// use kinetrace::{Fields, Propagators};
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

    /// The names of the propagators in use, as `OTEL_PROPAGATORS` has them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        // A propagator is known by the first of its fields.
        self.list.iter().filter_map(|propagator| match propagator.fields().next()? {
            "baggage" => Some("baggage"),
            field => Notation::ALL.into_iter().find(|notation| notation.field() == field).map(Notation::propagator),
        })
    }

    pub(crate) fn known(&self) -> Notations {
        Notations(self.notations().fold(0, |bits, notation| bits | notation.bit()))
    }

    fn notations(&self) -> impl DoubleEndedIterator<Item = Notation> {
        let fields = self.list.iter().filter_map(|propagator| propagator.fields().next());
        fields.filter_map(|field| Notation::ALL.into_iter().find(|notation| notation.field() == field))
    }
}
