//! What one JSON value of an input is.

use serde_json::value::RawValue;

use super::discarded::Batch;
use super::object::{self, Object};
use super::part::Part;
use super::recognised::{Found, Recognised};
use super::{api, event, firehose, kafka, lines, strangers};

/// Events in messages in notifications: further in, nobody looks.
const MAX_DEPTH: usize = 8;

type Recogniser = fn(&RawValue, &Object<'_>) -> Option<Part>;

/// A document of its own comes before one of its records, and what only one source writes before what several might.
const OF_OBJECTS: [Recogniser; 6] =
    [api::records, firehose::event, kafka::event, event::one_record, api::one_record, kafka::one_record];

type OfArray = fn(&[&RawValue]) -> Option<Part>;

const OF_ARRAYS: [OfArray; 3] = [event::array, api::array, kafka::array];

/// Where other services put a message.
const WITHIN: [&str; 13] = [
    "Records",
    "SubscribeToShardEvent",
    "Sns",
    "Messages",
    "events",
    "body",
    "Body",
    "Message",
    "message",
    "detail",
    "requestPayload",
    "payload",
    "event",
];

/// Recognises a value, or what is within it.
pub(super) fn recognise(json: &RawValue) -> Recognised {
    at_depth(json, 0)
}

/// The same within something else.
fn at_depth(json: &RawValue, depth: usize) -> Recognised {
    if depth > MAX_DEPTH {
        return Recognised::Unknown;
    }
    match json.get().as_bytes().first() {
        Some(b'{') => Object::of(json).map_or(Recognised::Unknown, |object| of_object(json, &object, depth)),
        Some(b'[') => of_array(&object::list(json).unwrap_or_default(), depth),
        Some(b'"') => object::text(json).map_or(Recognised::Unknown, |text| of_text(&text, depth)),
        _ => Recognised::Unknown,
    }
}

fn of_object<'a>(json: &'a RawValue, object: &Object<'a>, depth: usize) -> Recognised {
    if let Some(batch) = Batch::of(object) {
        return discarded(&batch, object, depth);
    }
    if let Some(payload) = object.get("payload").filter(|_| kafka::is_discarded(object)) {
        return in_payload(payload, depth);
    }
    if let Some(part) = OF_OBJECTS.iter().find_map(|recognise| recognise(json, object)) {
        return Recognised::Parts(vec![part]);
    }
    let stranger = strangers::name(object);
    if stranger.is_none() && object.has("Records") {
        return lambda_event(json, object);
    }
    within(object, depth).unwrap_or_else(|| stranger.map_or(Recognised::Unknown, Recognised::Stranger))
}

fn lambda_event(json: &RawValue, object: &Object<'_>) -> Recognised {
    match event::lambda_event(json) {
        Ok(part) if part.records.is_empty() && !object.has("window") => {
            Recognised::Parts(vec![part.with_note("the event has no records")])
        }
        Ok(part) => Recognised::Parts(vec![part]),
        Err(error) => Recognised::Malformed(error.to_string()),
    }
}

/// The bucket gets the event along, as a text.
fn discarded(batch: &Batch, object: &Object<'_>, depth: usize) -> Recognised {
    let Some(payload) = object.get("payload") else {
        return Recognised::Parts(vec![batch.without_records()]);
    };
    match in_payload(payload, depth) {
        Recognised::Parts(parts) => {
            Recognised::Parts(parts.into_iter().map(|part| part.with_note(batch.description())).collect())
        }
        other => other,
    }
}

/// The event that is the payload of a discarded batch.
fn in_payload(payload: &RawValue, depth: usize) -> Recognised {
    match at_depth(payload, depth + 1) {
        Recognised::Parts(parts) => {
            Recognised::Parts(parts.into_iter().map(|part| part.within("discarded_batch")).collect())
        }
        Recognised::Unknown => Recognised::Malformed("the payload of the discarded batch is not an event".to_owned()),
        other => other,
    }
}

/// `None` if there is nothing with records in any member that may hold a message.
fn within(object: &Object<'_>, depth: usize) -> Option<Recognised> {
    WITHIN.iter().find_map(|name| match at_depth(object.get(name)?, depth + 1) {
        Recognised::Parts(parts) => Some(Recognised::Parts(parts.into_iter().map(|part| part.within(name)).collect())),
        _ => None,
    })
}

fn of_array(elements: &[&RawValue], depth: usize) -> Recognised {
    if let Some(part) = OF_ARRAYS.iter().find_map(|recognise| recognise(elements)) {
        return Recognised::Parts(vec![part]);
    }
    let mut found = Found::default();
    for element in elements {
        found.add(at_depth(element, depth + 1));
    }
    found.recognised()
}

/// JSON in a string, as `jq .payload` leaves it; or a line of a log.
fn of_text(text: &str, depth: usize) -> Recognised {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(json) => at_depth(json, depth + 1),
        Err(_) => lines::recognise(text, |json| at_depth(json, depth + 1)),
    }
}
