//! From a context to its text fields and back, by the propagators that `OTEL_PROPAGATORS` names.
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
mod xray;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::Context;
use opentelemetry::metrics::Meter;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use opentelemetry_sdk::propagation::BaggagePropagator;

use crate::contained::contained;
use crate::context::fields::Fields;
use crate::context::notation::{Notation, Notations};
use b3::{B3, B3Multi};
use dropped::Counts;
pub use dropped::Dropped;
use limits::Limited;
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

const TRACESTATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";

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

    /// The fields that carry `context`, within the limits; none if it has no valid span, because then there is nothing to
    /// continue.
    pub fn inject(&self, context: &Context) -> Fields {
        let mut fields = Fields::default();
        if !context.span().span_context().is_valid() {
            return fields;
        }
        let limited = limit_state(context, &self.counts.tracestate_written);
        for propagator in self.list.iter() {
            let mut own = Fields::default();
            if contained(|| propagator.inject_context(&limited, &mut own)).is_some() {
                fields.take_over(own);
            }
        }
        self.limit_baggage(fields)
    }

    fn limit_baggage(&self, mut fields: Fields) -> Fields {
        let Some(text) = fields.get(BAGGAGE) else { return fields };
        let limited = limits::baggage(text, self.baggage_keys.as_deref(), self.max_baggage_bytes);
        if let Cow::Owned(text) = count(limited, &self.counts.baggage_written) {
            fields.remove(BAGGAGE);
            fields.set(BAGGAGE, text);
        }
        fields
    }

    /// The context that `fields` carry, within the limits. Malformed fields count as absent; what is malformed,
    /// [`Notation`] decides for every format.
    ///
    /// It starts from an empty context: the caller's current span must not pass for the sender's.
    pub fn extract(&self, fields: &dyn Extractor) -> Context {
        self.extract_onto(Context::new(), fields)
    }

    fn extract_onto(&self, context: Context, fields: &dyn Extractor) -> Context {
        let baggage = |text| limits::baggage(text, self.baggage_keys.as_deref(), MAX_BAGGAGE_BYTES);
        let fields = Within {
            fields,
            tracestate: fields
                .get(TRACESTATE)
                .map(|text| count(limits::tracestate(text), &self.counts.tracestate_read)),
            baggage: fields.get(BAGGAGE).map(|text| count(baggage(text), &self.counts.baggage_read)),
        };
        let context = self.list.iter().fold(context, |context, propagator| {
            contained(|| propagator.extract_with_context(&context, &fields)).unwrap_or(context)
        });
        // Other formats bring a `tracestate` in other words. A span that is not remote was not read here.
        if !context.span().span_context().is_remote() {
            return context;
        }
        limit_state(&context, &self.counts.tracestate_read).into_owned()
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

/// Fields, two of them within the limits.
struct Within<'a> {
    fields: &'a dyn Extractor,
    tracestate: Option<Cow<'a, str>>,
    baggage: Option<Cow<'a, str>>,
}

impl Extractor for Within<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        match name {
            TRACESTATE => self.tracestate.as_deref(),
            BAGGAGE => self.baggage.as_deref().filter(|text| !text.is_empty()),
            _ => self.fields.get(name),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.fields.keys()
    }
}

fn count<'a>(limited: Limited<'a>, counter: &AtomicU64) -> Cow<'a, str> {
    if limited.dropped > 0 {
        counter.fetch_add(limited.dropped, Ordering::Relaxed);
    }
    limited.text
}

/// The same context, with no more of a `tracestate` than travels.
fn limit_state<'a>(context: &'a Context, counter: &AtomicU64) -> Cow<'a, Context> {
    let span = context.span();
    let span = span.span_context();
    if *span.trace_state() == TraceState::NONE {
        return Cow::Borrowed(context);
    }
    let header = span.trace_state().header();
    let Cow::Owned(header) = count(limits::tracestate(&header), counter) else { return Cow::Borrowed(context) };
    let state = TraceState::from_str(&header).unwrap_or_default();
    let limited = SpanContext::new(span.trace_id(), span.span_id(), span.trace_flags(), span.is_remote(), state);
    Cow::Owned(context.with_remote_span_context(limited))
}

impl Default for Propagators {
    fn default() -> Self {
        let list: [Propagator; 2] = [Box::new(TraceContext::default()), Box::new(BaggagePropagator::new())];
        Self::of(list)
    }
}

#[cfg(test)]
mod tests;
