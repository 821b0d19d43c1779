//! A line of the output.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::kafka::{HeaderList, HeaderReader};
use kinetrace::{Extraction, Propagators, Reader};
use serde::Serialize;

use super::hint;
use super::part::{InTopic, Stored};
use super::propagator::Named;

/// One record, or one of those in an aggregate. Ids are lower-case hex.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    index: usize,
    /// The place in an aggregated record; 0 for others.
    sub_index: u64,
    format: String,
    #[serde(flatten)]
    span: SpanMembers,
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
    #[serde(flatten)]
    in_topic: Option<TopicMembers>,
    payload_base64: String,
}

/// The span that the record's context names.
#[derive(Debug, Serialize)]
struct SpanMembers {
    trace_id: Option<String>,
    span_id: Option<String>,
    sampled: Option<bool>,
    tracestate: Option<String>,
}

impl SpanMembers {
    fn of(named: Option<&Named>) -> Self {
        let span = named.map(|named| &named.span);
        Self {
            trace_id: span.map(|span| span.trace_id().to_string()),
            span_id: span.map(|span| span.span_id().to_string()),
            sampled: span.map(|span| span.is_sampled()),
            tracestate: span.map(|span| span.trace_state().header()).filter(|header| !header.is_empty()),
        }
    }
}

/// What lines about records of Kafka have in addition.
#[derive(Debug, Serialize)]
struct TopicMembers {
    topic: Option<Arc<str>>,
    partition: Option<i32>,
    /// Whether the value is null; an empty value is another thing.
    tombstone: bool,
    /// In the record's order.
    headers: Vec<Header>,
}

#[derive(Debug, Serialize)]
struct Header {
    name: String,
    /// `null` if it is null or is not UTF-8.
    value: Option<String>,
    /// Of a value that is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_base64: Option<String>,
}

impl Header {
    fn of(name: &str, value: Option<&[u8]>) -> Self {
        let text = value.map(std::str::from_utf8);
        Self {
            name: name.to_owned(),
            value: text.and_then(Result::ok).map(str::to_owned),
            value_base64: value.filter(|_| text.is_some_and(|text| text.is_err())).map(|bytes| BASE64.encode(bytes)),
        }
    }
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
    pub(super) headers: HeaderReader,
    pub(super) propagators: Propagators,
    /// Whether these propagators are those of a consumer, and not all that there are.
    pub(super) is_chosen: bool,
}

impl Reading {
    /// The lines of a record: one, or several if it is an aggregate.
    pub(super) fn lines<'a>(&'a self, record: Stored, place: Place<'a>) -> impl Iterator<Item = Line<'a>> + 'a {
        let in_topic = record.in_topic.as_ref().map(|own| self.line_in_topic(&record, own, place));
        let extractions = match in_topic {
            Some(_) => None,
            None => Some(self.reader.records(record.data.clone(), record.partition_key.clone())),
        };
        let others = extractions.into_iter().flatten().map(move |extraction| self.line(&record, extraction, place));
        in_topic.into_iter().chain(others)
    }

    fn line<'a>(&self, record: &Stored, extraction: Extraction, place: Place<'a>) -> Line<'a> {
        let read = Named::by(&self.propagators, &extraction.fields);
        let hint = hint::of(record, &extraction, read.as_ref(), self.chosen());
        let user_record = extraction.user_record;
        Line {
            index: place.index,
            sub_index: user_record.as_ref().map_or(0, |own| own.sub_sequence_number),
            format: extraction.format.to_string(),
            span: SpanMembers::of(read.as_ref()),
            partition_key: user_record.map(|own| own.partition_key).or_else(|| record.partition_key.clone()),
            sequence_number: record.sequence_number.clone(),
            propagator: read.map(|named| named.propagator),
            hint,
            input: place.input,
            file: place.file,
            in_topic: None,
            payload_base64: BASE64.encode(&extraction.payload),
        }
    }

    /// The value is the payload, and the context is in the headers.
    fn line_in_topic<'a>(&self, record: &Stored, own: &InTopic, place: Place<'a>) -> Line<'a> {
        let context = self.headers.read(HeaderList::iter(&own.headers));
        let read = Named::by(&self.propagators, &context.fields);
        Line {
            index: place.index,
            sub_index: 0,
            format: context.format.to_string(),
            span: SpanMembers::of(read.as_ref()),
            partition_key: record.partition_key.clone(),
            sequence_number: record.sequence_number.clone(),
            hint: hint::in_topic(record, own, &context, read.as_ref(), self.chosen()),
            propagator: read.map(|named| named.propagator),
            input: place.input,
            file: place.file,
            in_topic: Some(TopicMembers {
                topic: own.topic.clone(),
                partition: own.partition,
                tombstone: own.is_tombstone,
                headers: HeaderList::iter(&own.headers).map(|(name, value)| Header::of(name, value)).collect(),
            }),
            payload_base64: BASE64.encode(&record.data),
        }
    }

    fn chosen(&self) -> Option<&Propagators> {
        self.is_chosen.then_some(&self.propagators)
    }
}
