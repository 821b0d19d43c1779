//! `KeyValue` and `AnyValue`.

use opentelemetry::{Array, Key, KeyValue, Value};
use prost::encoding::WireType;

use super::fields::{Long, bytes, bytes_even_if_none, fixed64_even_if_zero, message, varint_even_if_zero};

const LENGTH_DELIMITED: u32 = WireType::LengthDelimited as u32;
/// What stands before the key of an attribute, before its value, and before a text in that.
const KEY: u8 = 1 << 3 | 2;
const VALUE: u8 = 2 << 3 | 2;
const TEXT: u8 = 1 << 3 | 2;

pub(super) fn attributes(body: &mut Vec<u8>, number: u32, attributes: &[KeyValue]) {
    for KeyValue { key, value, .. } in attributes {
        attribute(body, number, key, value);
    }
}

pub(super) fn attribute(body: &mut Vec<u8>, number: u32, key: &Key, value: &Value) {
    if let Value::String(text) = value
        && short(body, number, key.as_str(), text.as_str()).is_some()
    {
        return;
    }
    message(body, number, Long::Hardly, |body| {
        bytes(body, 1, key.as_str().as_bytes());
        message(body, 2, Long::Hardly, |body| any_value(body, value));
    });
}

/// Nearly all are texts, and so short that each length has one byte; `None` of one that is not, or has no key.
fn short(body: &mut Vec<u8>, number: u32, key: &str, text: &str) -> Option<()> {
    let length = |bytes: usize| u8::try_from(bytes).ok().filter(|length| *length < 0x80);
    let (number, whole) =
        (length(usize::try_from(number << 3 | LENGTH_DELIMITED).ok()?)?, length(key.len() + text.len() + 6)?);
    let (key_length, text_length) = (length(key.len()).filter(|length| *length > 0)?, length(text.len())?);
    body.extend_from_slice(&[number, whole, KEY, key_length]);
    body.extend_from_slice(key.as_bytes());
    body.extend_from_slice(&[VALUE, text_length + 2, TEXT, text_length]);
    body.extend_from_slice(text.as_bytes());
    Some(())
}

/// One of several, so it is there even if it is nothing.
fn any_value(body: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(it) => text(body, it.as_str()),
        Value::Bool(it) => boolean(body, *it),
        Value::I64(it) => integer(body, *it),
        Value::F64(it) => float(body, *it),
        Value::Array(values) => message(body, 5, Long::Hardly, |body| array(body, values)),
        // The SDK has no others, and a span with one that is not understood is better than none.
        _ => {}
    }
}

fn array(body: &mut Vec<u8>, array: &Array) {
    match array {
        Array::String(texts) => each(body, texts, |body, it| text(body, it.as_str())),
        Array::Bool(values) => each(body, values, |body, it| boolean(body, *it)),
        Array::I64(values) => each(body, values, |body, it| integer(body, *it)),
        Array::F64(values) => each(body, values, |body, it| float(body, *it)),
        _ => {}
    }
}

fn each<T>(body: &mut Vec<u8>, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    for value in values {
        message(body, 1, Long::Hardly, |body| write(body, value));
    }
}

fn text(body: &mut Vec<u8>, value: &str) {
    bytes_even_if_none(body, 1, value.as_bytes());
}

fn boolean(body: &mut Vec<u8>, value: bool) {
    varint_even_if_zero(body, 2, value.into());
}

fn integer(body: &mut Vec<u8>, value: i64) {
    varint_even_if_zero(body, 3, value.cast_unsigned());
}

fn float(body: &mut Vec<u8>, value: f64) {
    fixed64_even_if_zero(body, 4, value.to_bits());
}
