//! The data of records, and nothing around them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Format, Reader};
use serde_json::value::RawValue;

use super::object::{self, Object};
use super::part::{Part, Stored};
use super::{compression::Compression, hint};

/// JSON values of which none is anything else: objects, or base64 in strings, as `--query 'Records[].Data'` leaves it.
pub(super) fn of_values(values: &[&RawValue]) -> Option<Part> {
    let mut records = Vec::new();
    for json in values {
        match object::list(json) {
            Some(elements) => records.extend(elements.into_iter().map(in_string).collect::<Option<Vec<_>>>()?),
            None => records.push(in_string(json).or_else(|| data(json))?),
        }
    }
    (!records.is_empty()).then(|| part("raw", records))
}

/// The same values, if a reader finds a context in each.
pub(super) fn of_traced(values: &[&RawValue]) -> Option<Part> {
    values.iter().all(|json| is_known(json.get().as_bytes())).then(|| of_values(values))?
}

fn in_string(json: &RawValue) -> Option<Vec<u8>> {
    decode(&object::text(json)?).filter(|data| is_data(data))
}

/// A complete object may be the payload of any producer. A string or a number may be, too, but is more likely a mistake,
/// unless there is a context in it.
fn data(json: &RawValue) -> Option<Vec<u8>> {
    let is_object = Object::of(json).is_some_and(|object| !object.is_empty());
    (is_object || has_context(json.get().as_bytes())).then(|| json.get().as_bytes().to_vec())
}

/// One record that is not JSON: an aggregate, or one with headers of Spring.
pub(super) fn of_bytes(bytes: &[u8]) -> Option<Part> {
    has_context(bytes).then(|| part("raw", vec![bytes.to_vec()]))
}

/// Base64 of one record, on several lines as `base64` writes it; or of several records, with white space between them.
pub(super) fn of_base64(text: &str) -> Option<Part> {
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    let whole = decode(&words.concat());
    let is_wrapped = matches!(words[..], [first, _, ..] if matches!(first.len(), 64 | 76));
    if let Some(data) =
        whole.as_ref().filter(|data| is_object(data) || has_context(data) || is_wrapped && is_data(data))
    {
        return Some(part("raw in base64", vec![data.clone()]));
    }
    let each = words.iter().map(|word| decode(word).filter(|data| is_data(data))).collect::<Option<Vec<_>>>();
    Some(part("raw in base64", each.or_else(|| Some(vec![whole.filter(|data| is_data(data))?]))?))
}

fn part(taken_for: &str, records: Vec<Vec<u8>>) -> Part {
    let note = match records.len() {
        1 => "taken for the data of one record".to_owned(),
        count => format!("taken for the data of {count} records"),
    };
    Part::new(taken_for, records.into_iter().map(|data| Ok(Stored::bare(data))).collect()).with_note(note)
}

/// Base64, unless it is empty.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok().filter(|data| !data.is_empty())
}

/// Whether decoded base64 looks like a payload. Many a word is base64, and decodes to noise.
fn is_data(data: &[u8]) -> bool {
    let is_text = |text: &str| text.len() >= 6 && text.chars().all(|c| c.is_whitespace() || !c.is_control());
    is_object(data)
        || std::str::from_utf8(data).is_ok_and(is_text)
        || Compression::of(data) == Some(Compression::Gzip)
        || has_context(data)
}

fn is_object(data: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(data).ok().and_then(Object::of).is_some()
}

/// Whether there is a context for a reader, or a hint at what keeps it from one.
fn has_context(data: &[u8]) -> bool {
    is_known(data) || hint::hides_context(data)
}

/// Whether a reader knows the format.
fn is_known(data: &[u8]) -> bool {
    let mut records = Reader::default().records(data.to_vec().into(), None).into_iter();
    records.len() > 1 || records.any(|record| record.format != Format::None || record.user_record.is_some())
}

#[cfg(test)]
mod tests;
