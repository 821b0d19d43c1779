//! What a row stands for: the bytes of a record and what is in them, the whole of a trace.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use flate2::Crc;
use kinetrace::Extraction;
use kinetrace_testbed::collector::{AttributeValue, Link, SpanEvent, Status};
use serde_json::{Map, Value, json};

use super::model::Model;
use super::model::ids::TraceId;
use super::model::record::Record;
use super::model::spans::Row;
use crate::inspect::hint;
use crate::inspect::part::Stored;
use crate::inspect::propagator::Named;

impl Model {
    /// A record's bytes, opened as `inspect` opens them; `None` if the record, or what the stream had of it, is not kept.
    pub(super) fn record_details(&self, id: u64) -> Option<Value> {
        let record = self.records.table.get(id)?;
        let data = record.data.clone()?;
        let key = self.ledger.texts.text(record.key);
        let place = record.sub.and_then(|sub| usize::try_from(sub).ok()).unwrap_or_default();
        let records = self.reading.reader.records(data.clone(), Some(key.into()));
        let extraction = records.get(place).or_else(|| records.get(0))?;
        let named = self.reading.propagators.as_ref().and_then(|every| Named::by(every, &extraction.fields));
        let stored = Stored::bare(data.clone());
        let payload = &extraction.payload;
        let text = std::str::from_utf8(payload).ok();
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(payload).is_ok();
        let what = if is_json { "json" } else { text.map_or("binary", |_| "text") };
        let context: BTreeMap<&str, &str> = extraction.fields.iter().collect();
        Some(json!({
            "data_base64": BASE64.encode(&data),
            "payload_text": text,
            "payload_base64": BASE64.encode(payload),
            "format": extraction.format.name(),
            "context": context,
            "propagator": named.as_ref().map(|named| named.propagator),
            "hint": hint::of(&stored, &extraction, named.as_ref(), None),
            "what": what,
            "handler_got_base64": self.handler_got(record, &data, &extraction).map(|got| BASE64.encode(got)),
        }))
    }

    /// What the business code was handed: its checksum tells, in the line of the last attempt. `None` before the first.
    fn handler_got(&self, record: &Record, data: &Bytes, extraction: &Extraction) -> Option<Bytes> {
        let attempt = record.attempts.iter().rev().find_map(|id| self.attempts.get(*id))?;
        let stripped = self.reading.reader.strip_foreign(true);
        let stripped = stripped.read(extraction.payload.clone(), None).into_iter().next().map(|it| it.payload);
        let candidates = [Some(extraction.payload.clone()), Some(data.clone()), stripped];
        let got = candidates.into_iter().flatten().find(|bytes| crc32(bytes) == attempt.payload_crc32);
        // A line that was made from outside has the checksum of what the function was handed, or none.
        got.or_else(|| Some(if attempt.payload_crc32 == 0 { data.clone() } else { extraction.payload.clone() }))
    }

    /// The spans of a trace, in the order of their starts; `None` if none is kept.
    pub(super) fn trace_details(&self, trace: TraceId) -> Option<Value> {
        let spans: Vec<_> = self.spans.trace(trace).into_iter().map(|row| self.span_details(row)).collect();
        (!spans.is_empty()).then_some(Value::Array(spans))
    }

    fn span_details(&self, row: &Row) -> Value {
        let span = &row.whole;
        let at = |nanos: u64| self.ledger.after_origin(nanos / 1_000);
        let (status, message) = match &span.status {
            Status::Unset => (0, ""),
            Status::Ok => (1, ""),
            Status::Error(message) => (2, message.as_str()),
        };
        let link = |link: &Link| json!({"trace": link.trace_id, "span": link.span_id, "attributes": attributes(&link.attributes)});
        let event = |event: &SpanEvent| json!({"name": event.name, "at": at(event.at_unix_nanos), "attributes": attributes(&event.attributes)});
        json!({
            "trace": span.trace_id, "span": span.span_id, "parent": span.parent_span_id.as_deref().unwrap_or_default(),
            "service": span.service, "name": span.name, "kind": span.kind as i32,
            "start": at(span.start_unix_nanos), "end": at(span.end_unix_nanos),
            "status": status, "message": message, "record": row.record,
            "attributes": attributes(&span.attributes),
            "events": span.events.iter().map(event).collect::<Vec<_>>(),
            "links": span.links.iter().map(link).collect::<Vec<_>>(),
            "resource": attributes(&span.resource),
            "scope": span.scope.name,
        })
    }
}

fn attributes(attributes: &BTreeMap<String, AttributeValue>) -> Value {
    let member = |(name, value): (&String, &AttributeValue)| (name.clone(), attribute(value));
    attributes.iter().map(member).collect::<Map<_, _>>().into()
}

fn attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Empty => Value::Null,
        AttributeValue::Text(text) => text.as_str().into(),
        AttributeValue::Bool(value) => (*value).into(),
        // Numbers that JavaScript would round are text.
        AttributeValue::Int(value) if value.unsigned_abs() > 1 << 53 => value.to_string().into(),
        AttributeValue::Int(value) => (*value).into(),
        AttributeValue::Double(value) => (*value).into(),
        AttributeValue::Bytes(bytes) => BASE64.encode(bytes).into(),
        AttributeValue::List(values) => values.iter().map(attribute).collect::<Vec<_>>().into(),
        AttributeValue::Map(values) => attributes(values),
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
