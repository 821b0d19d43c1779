//! The headers of an entry, in every form that an event was seen to have.
//!
//! Lambda sends a list of objects of one member each, whose value is a list of signed bytes. What stands between it and a
//! function may make unsigned bytes of them, digits in strings, or objects whose names are places. No form costs more than
//! a value, and no header costs its record: one whose value cannot be read is there, without a value.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::raw_json::{integer, list, members, text};
use kinetrace::kafka::Headers;

pub(super) fn read(json: Option<&RawValue>) -> Headers {
    let mut headers = Vec::new();
    match json {
        Some(json) if json.get().starts_with('[') => {
            list(json).into_iter().flatten().for_each(|item| add_item(item, &mut headers));
        }
        Some(json) => add_object(json, &mut headers),
        None => {}
    }
    headers.into_iter().collect()
}

fn add_object(json: &RawValue, headers: &mut Vec<(Arc<str>, Option<Bytes>)>) {
    for (name, value) in members(json) {
        // A list that became an object: its members are what the list would have had.
        if is_place(&name) && value.get().starts_with('{') && bytes(value).is_none() {
            add_item(value, headers);
        } else {
            headers.push((name.into(), bytes(value)));
        }
    }
}

/// Of an item of the list.
fn add_item(json: &RawValue, headers: &mut Vec<(Arc<str>, Option<Bytes>)>) {
    headers.extend(members(json).into_iter().map(|(name, value)| (name.into(), bytes(value))));
}

fn is_place(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn bytes(json: &RawValue) -> Option<Bytes> {
    if let Ok(numbers) = serde_json::from_str::<Vec<i16>>(json.get()) {
        return numbers.into_iter().map(|number| byte(number.into())).collect();
    }
    match list(json) {
        Some(numbers) => numbers.into_iter().map(|number| byte(integer(number)?)).collect(),
        None => text(json).map(|text| Bytes::copy_from_slice(text.as_bytes())),
    }
}

/// Signed, as Java has bytes, or unsigned.
fn byte(number: i64) -> Option<u8> {
    u8::try_from(number).ok().or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
}
