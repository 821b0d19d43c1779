//! `{"_otel":{…},"order":{…},"data":…}`: the payload inside a JSON object that also holds the context.
//!
//! The normative text is `docs/reference/wire-formats.md`. Payload bytes are spliced in and out, never parsed and written again:
//! a number keeps its digits, an object the order of its members, a line its newline.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::data::Data;
use super::found::{Found, Payload};
use super::members::Members;
use super::name::Format;
use crate::context::fields::Fields;
use crate::context::order::Order;

const OTEL: &[u8] = br#"{"_otel":"#;
const ORDER: &[u8] = br#","order":"#;
const DATA: &[u8] = br#","data":"#;
const DATA_BASE64: &[u8] = br#","data_base64":"#;

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    canonical(data.bytes()).or_else(|| lenient(data.members()?))
}

/// The payload in an envelope; `None` if the fields cannot be written.
pub(crate) fn wrap(payload: &[u8], fields: &Fields, order: Option<Order>) -> Option<Vec<u8>> {
    let mut out = OTEL.to_vec();
    serde_json::to_writer(&mut out, fields).ok()?;
    if let Some(order) = order {
        out.extend_from_slice(ORDER);
        serde_json::to_writer(&mut out, &order).ok()?;
    }
    if is_json(payload) {
        out.reserve_exact(DATA.len() + payload.len() + 1);
        out.extend_from_slice(DATA);
        out.extend_from_slice(payload);
    } else {
        out.extend_from_slice(DATA_BASE64);
        serde_json::to_writer(&mut out, &Base64(payload)).ok()?;
    }
    out.push(b'}');
    Some(out)
}

struct Base64<'a>(&'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(self.0))
    }
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(bytes).is_ok()
}

fn found(fields: Fields, order: Option<Order>, payload: Payload<'_>) -> Found<'_> {
    Found { format: Format::Envelope, fields, order, payload }
}

fn decode(base64: &str) -> Option<Payload<'static>> {
    BASE64.decode(base64).ok().map(Payload::Restored)
}

/// The form that [`wrap`] writes, in which white space around `data` belongs to the payload.
fn canonical(data: &[u8]) -> Option<Found<'_>> {
    let (fields, rest) = leading_value::<Fields>(data.strip_prefix(OTEL)?)?;
    let (order, rest) = match rest.strip_prefix(ORDER) {
        Some(rest) => {
            let (order, rest) = leading_value::<&RawValue>(rest)?;
            (Some(Order::read(order.get())?), rest)
        }
        None => (None, rest),
    };
    let members = rest.strip_suffix(b"}")?;
    let payload = if let Some(json) = members.strip_prefix(DATA) {
        // Without this check, a further member after `data` would pass for a part of it.
        is_json(json).then_some(Payload::Part(json))?
    } else {
        let text: Cow<'_, str> = serde_json::from_slice(members.strip_prefix(DATA_BASE64)?).ok()?;
        decode(&text)?
    };
    Some(found(fields, order, payload))
}

/// One JSON value from the front of `json`, and what follows it.
fn leading_value<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Option<(T, &'a [u8])> {
    let mut values = serde_json::Deserializer::from_slice(json).into_iter();
    let value = values.next()?.ok()?;
    Some((value, &json[values.byte_offset()..]))
}

/// Any white space, any order of members, but each at most once and no others.
fn lenient<'a>(members: &Members<'a>) -> Option<Found<'a>> {
    let (mut otel, mut order, mut data, mut data_base64) = (None, None, None, None);
    for member in members.iter() {
        let place = match member.name()?.as_ref() {
            "_otel" => &mut otel,
            "order" => &mut order,
            "data" => &mut data,
            "data_base64" => &mut data_base64,
            _ => return None,
        };
        if place.replace(member.value().get()).is_some() {
            return None;
        }
    }
    let payload = match (data, data_base64) {
        (Some(json), None) => Payload::Part(json.as_bytes()),
        (None, Some(text)) => decode(&serde_json::from_str::<Cow<'_, str>>(text).ok()?)?,
        _ => return None,
    };
    let order = order.and_then(Order::read);
    Some(found(serde_json::from_str(otel?).ok()?, order, payload))
}
