//! Records of Kafka: what Lambda hands to a function whose source is a topic, what `kcat -J` prints, and headers by themselves.

use bytes::Bytes;
use kinetrace::kafka::{Headers, key_text};
use kinetrace_consumer::kafka::{EventRecord, KafkaEvent};
use serde_json::value::RawValue;

use super::object::{self, Object};
use super::part::{InTopic, Part, Stored};

/// `{"records":{"topic-0":[…]}}`, of Amazon MSK or another cluster, read as a consumer reads it.
pub(super) fn event(json: &RawValue, object: &Object<'_>) -> Option<Part> {
    let partitions = object.object("records")?;
    let source = object.text("eventSource");
    let is_named = source.is_some_and(|source| ["aws:kafka", "SelfManagedKafka"].contains(&source.as_str()));
    let has_record = || {
        partitions.iter().any(|(_, records)| {
            let first = object::list(records).and_then(|records| records.into_iter().find_map(Object::of));
            first.is_some_and(|first| is_record(&first))
        })
    };
    (is_named || has_record()).then(|| part("kafka_event", json.get()))?
}

/// One of its records, as `jq '.records[][]'` cuts them out.
pub(super) fn one_record(json: &RawValue, object: &Object<'_>) -> Option<Part> {
    if is_printed_by_kcat(object) && !holds_discarded(object) {
        return Some(Part::new("kcat_record", vec![Ok(printed_by_kcat(object))]));
    }
    is_record(object).then(|| of_records("kafka_record", &[json]))?
}

/// Records of one partition or several, as `jq '.records[]'` cuts them out.
pub(super) fn array(elements: &[&RawValue]) -> Option<Part> {
    let first = elements.iter().find_map(|element| Object::of(element))?;
    is_record(&first).then(|| of_records("kafka_records", elements))?
}

/// Whether it is a batch that a mapping gave up. A bucket gets its records along, and so does a topic.
pub(super) fn is_discarded(object: &Object<'_>) -> bool {
    object.has("KafkaBatchInfo")
}

/// A record of the topic that a mapping sends such batches to: the records that matter are those in its value.
fn holds_discarded(printed: &Object<'_>) -> bool {
    let payload = printed.text("payload");
    let json = payload.as_deref().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    json.and_then(Object::of).is_some_and(|batch| is_discarded(&batch))
}

/// Lines of `name: value`, of which at least one may hold a context: the headers of one record.
pub(super) fn header_lines(text: &str) -> Option<Part> {
    let mut headers = Headers::default();
    let mut has_context = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let (name, value) = (name.trim_end(), value.trim_start());
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || "{}[]\"'".contains(c)) {
            return None;
        }
        has_context |= CONTEXTS.iter().any(|own| own.eq_ignore_ascii_case(name));
        headers.push(name, value.to_owned());
    }
    let in_topic = InTopic { topic: None, partition: None, headers, is_tombstone: false };
    let record = Stored { in_topic: Some(in_topic), ..Stored::bare(Bytes::new()) };
    has_context.then(|| Part::new("headers", vec![Ok(record)]).with_note("taken for the headers of one Kafka record"))
}

/// Headers of which one alone tells a text of headers from any other.
const CONTEXTS: [&str; 7] =
    ["traceparent", "b3", "x-b3-traceid", "x-amzn-trace-id", "x-datadog-trace-id", "uber-trace-id", "ce_traceparent"];

fn is_record(object: &Object<'_>) -> bool {
    object.has_all(&["topic", "partition", "offset"]) && !is_printed_by_kcat(object)
}

fn of_records(taken_for: &str, records: &[&RawValue]) -> Option<Part> {
    let records: Vec<_> = records.iter().map(|json| json.get()).collect();
    part(taken_for, &format!(r#"{{"records":{{"the list":[{}]}}}}"#, records.join(",")))
}

fn part(taken_for: &str, event: &str) -> Option<Part> {
    let event: KafkaEvent = serde_json::from_str(event).ok()?;
    let records = event.partitions.into_iter().flat_map(|partition| partition.records);
    let records: Vec<_> = records.map(|record| record.map(stored).map_err(|bad| bad.to_string())).collect();
    let is_empty = records.is_empty();
    let part = Part::new(taken_for, records);
    Some(if is_empty { part.with_note("the event has no records") } else { part })
}

fn stored(record: EventRecord) -> Stored {
    Stored {
        partition_key: record.key.as_ref().map(|key| key_text(key).as_ref().into()),
        sequence_number: Some(record.offset.to_string().into()),
        in_topic: Some(InTopic {
            topic: Some(record.topic),
            partition: Some(record.partition),
            headers: record.headers,
            is_tombstone: record.value.is_none(),
        }),
        data: record.value.unwrap_or_default(),
    }
}

/// It writes each record as an object, with the value as `payload`.
fn is_printed_by_kcat(object: &Object<'_>) -> bool {
    object.has_all(&["topic", "partition", "offset", "broker"])
}

/// Text stands there for bytes: what is not UTF-8 does not come out of kcat as it is in the topic.
fn printed_by_kcat(object: &Object<'_>) -> Stored {
    let number = |name| object.get(name).map(RawValue::get);
    // With a schema registry it writes the JSON that it made of them.
    let of_text = |name| object.get(name).map(|json| object::text(json).unwrap_or_else(|| json.get().to_owned()));
    let payload = of_text("payload");
    Stored {
        partition_key: of_text("key").map(Into::into),
        sequence_number: number("offset").map(Into::into),
        in_topic: Some(InTopic {
            topic: object.text("topic").map(Into::into),
            partition: number("partition").and_then(|number| number.parse().ok()),
            headers: object.get("headers").map(headers_of_kcat).unwrap_or_default(),
            is_tombstone: payload.is_none(),
        }),
        data: payload.unwrap_or_default().into(),
    }
}

/// Names and values in turn, or, if it was asked for that, an object with a list of values for each name.
fn headers_of_kcat(json: &RawValue) -> Headers {
    let mut headers = Headers::default();
    let mut push = |name: &str, value: Option<&&RawValue>| match value.and_then(|value| object::text(value)) {
        Some(value) => headers.push(name, value),
        None => headers.push_null(name),
    };
    if let Some(object) = Object::of(json) {
        for (name, values) in object.iter() {
            object::list(values).unwrap_or_default().iter().for_each(|value| push(name, Some(value)));
        }
    } else if let Some(pairs) = object::list(json) {
        for pair in pairs.chunks(2) {
            if let Some(name) = object::text(pair[0]) {
                push(&name, pair.get(1));
            }
        }
    }
    headers
}

#[cfg(test)]
mod tests;
