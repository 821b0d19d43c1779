//! A line of the output.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Extraction, Propagators, Reader};
use serde::Serialize;

use super::hint;
use super::part::Stored;
use super::propagator::Named;

/// One record, or one of those in an aggregate. Ids are lower-case hex.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    index: usize,
    /// The place in an aggregated record; 0 for others.
    sub_index: u64,
    format: String,
    trace_id: Option<String>,
    span_id: Option<String>,
    sampled: Option<bool>,
    tracestate: Option<String>,
    partition_key: Option<Arc<str>>,
    sequence_number: Option<Arc<str>>,
    /// By which the context was read.
    propagator: Option<&'static str>,
    /// What keeps a context from being read, if anything does.
    hint: Option<String>,
    /// What the input was taken for.
    input: &'a str,
    /// `null` for standard input.
    file: Option<&'a str>,
    payload_base64: String,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: Option<&'a str>,
    pub(super) input: &'a str,
    /// Among the records of the input, from 0.
    pub(super) index: usize,
}

/// By what records are read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) reader: Reader,
    pub(super) propagators: Propagators,
    /// Whether these propagators are those of a consumer, and not all that there are.
    pub(super) is_chosen: bool,
}

impl Reading {
    /// The lines of a record: one, or several if it is an aggregate.
    pub(super) fn lines<'a>(&'a self, record: Stored, place: Place<'a>) -> impl Iterator<Item = Line<'a>> + 'a {
        let extractions = self.reader.records(record.data.clone(), record.partition_key.clone()).into_iter();
        extractions.map(move |extraction| self.line(&record, extraction, place))
    }

    fn line<'a>(&self, record: &Stored, extraction: Extraction, place: Place<'a>) -> Line<'a> {
        let read = Named::by(&self.propagators, &extraction.fields);
        let hint = hint::of(record, &extraction, read.as_ref(), self.is_chosen.then_some(&self.propagators));
        let span = read.as_ref().map(|named| &named.span);
        let user_record = extraction.user_record;
        Line {
            index: place.index,
            sub_index: user_record.as_ref().map_or(0, |own| own.sub_sequence_number),
            format: extraction.format.to_string(),
            trace_id: span.map(|span| span.trace_id().to_string()),
            span_id: span.map(|span| span.span_id().to_string()),
            sampled: span.map(|span| span.is_sampled()),
            tracestate: span.map(|span| span.trace_state().header()).filter(|header| !header.is_empty()),
            partition_key: user_record.map(|own| own.partition_key).or_else(|| record.partition_key.clone()),
            sequence_number: record.sequence_number.clone(),
            propagator: read.map(|named| named.propagator),
            hint,
            input: place.input,
            file: place.file,
            payload_base64: BASE64.encode(&extraction.payload),
        }
    }
}
