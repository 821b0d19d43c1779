//! The contexts that the headers of a record may carry, each with the fields that say it.

use std::borrow::Cow;

use super::values::{BAGGAGE, CE_TRACEPARENT, CE_TRACESTATE, TRACESTATE, Values};
use crate::context::datadog::{self, Ids};
use crate::context::fields::Fields;
use crate::context::notation::Notation;
use crate::context::{jaeger, traceparent};
use crate::format::name::Format;

/// All of them, in their order of trust: where the names are propagators', then those of others. CloudEvents is the last: its
/// attributes tell where the event came from, and not the last hop.
pub(super) fn all<'a>(values: &'a Values<'_>) -> impl Iterator<Item = (Fields, Format)> + 'a {
    let own = Notation::ALL.into_iter().filter_map(|notation| own(values, notation));
    own.chain([datadog, jaeger, cloud_events].into_iter().filter_map(|of| of(values)))
}

/// The context in this notation, with all that names the same span in others: its writer may have more than one. What names
/// another span was left by an earlier hop.
fn own(values: &Values<'_>, notation: Notation) -> Option<(Fields, Format)> {
    let mut fields = values.fields(notation.fields());
    let span = notation.span(&fields).map(padded)?;
    for other in Notation::ALL.into_iter().filter(|other| *other != notation) {
        let others = values.fields(other.fields());
        if other.span(&others).map(padded).as_ref() == Some(&span) {
            others.iter().for_each(|(name, value)| fields.set(name, value.to_owned()));
        }
    }
    baggage(values).iter().for_each(|(name, value)| fields.set(name, value.to_owned()));
    Some((fields, Format::Headers))
}

/// It stands for itself, whatever names the trace.
pub(super) fn baggage(values: &Values<'_>) -> Fields {
    values.fields(&[BAGGAGE])
}

fn datadog(values: &Values<'_>) -> Option<(Fields, Format)> {
    let [trace_id, parent_id, priority, tags] =
        [datadog::TRACE_ID, datadog::PARENT_ID, datadog::SAMPLING_PRIORITY, datadog::TAGS].map(|name| values.get(name));
    let ids = Ids::read(trace_id, parent_id, priority, tags)?;
    Some((with_traceparent(values, ids.traceparent()), Format::DatadogHeaders))
}

fn jaeger(values: &Values<'_>) -> Option<(Fields, Format)> {
    let traceparent = jaeger::traceparent(values.get(jaeger::HEADER)?)?;
    Some((with_traceparent(values, traceparent), Format::JaegerHeader))
}

fn cloud_events(values: &Values<'_>) -> Option<(Fields, Format)> {
    let mut fields = with_traceparent(values, values.get(CE_TRACEPARENT)?.to_owned());
    if let Some(state) = values.get(CE_TRACESTATE) {
        fields.set(TRACESTATE, state.to_owned());
    }
    Some((fields, Format::CloudEventsHeaders))
}

fn with_traceparent(values: &Values<'_>, traceparent: String) -> Fields {
    let mut fields = baggage(values);
    fields.set(traceparent::NAME, traceparent);
    fields
}

/// The id of a trace of 64 bits, with the zeros that other notations write before it.
fn padded((trace_id, span_id): (Cow<'_, str>, &str)) -> (String, String) {
    (format!("{trace_id:0>32}"), span_id.to_owned())
}
