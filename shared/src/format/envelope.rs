//! `{"_otel":{…},"order":{…},"data":…}`: the payload inside a JSON object that also holds the context.
//!
//! The normative text is `docs/reference/wire-formats.md`. Payload bytes are spliced in and out, never parsed and written again:
//! a number keeps its digits, an object the order of its members, a line its newline.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::data::{self, Data};
use super::found::{Found, Payload};
use super::json::{begins_with_name, inside_object, is_json};
use super::json_text::Known;
use super::members::Members;
use super::name::Format;
use crate::context::fields::Fields;
use crate::context::order::Order;

const OTEL: &[u8] = br#"{"_otel":"#;
const ORDER: &[u8] = br#","order":"#;
const DATA: &[u8] = br#","data":"#;
const DATA_BASE64: &[u8] = br#","data_base64":"#;

/// All members that there are. An envelope has no other.
const MEMBERS: [&str; 4] = [data::OTEL, "order", "data", "data_base64"];

/// What an order takes at most, with its name.
const MAX_ORDER: usize = ORDER.len() + r#"{"producer":"0123456789abcdef","sequence":18446744073709551615}"#.len();

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    canonical(data.bytes()).or_else(|| lenient(data.members()?))
}

/// Whether the bytes are an envelope. The first name of an object tells most of what is none.
pub(crate) fn is_envelope(bytes: &[u8]) -> bool {
    inside_object(bytes).is_some_and(|inside| begins_with_name(inside, &MEMBERS))
        && extract(&Data::new(bytes)).is_some()
}

/// The payload in an envelope; `None` if the fields cannot be written.
pub(crate) fn wrap(payload: &[u8], known: Known, fields: &Fields, order: Option<Order>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let is_json = known == Known::Json || is_json(payload);
    let (name, bytes) = if is_json { (DATA, payload.len()) } else { (DATA_BASE64, payload.len().div_ceil(3) * 4 + 2) };
    // All at once, unless a field has escapes.
    out.reserve_exact(OTEL.len() + fields.json_bytes() + order.map_or(0, |_| MAX_ORDER) + name.len() + bytes + 1);
    out.extend_from_slice(OTEL);
    serde_json::to_writer(&mut out, fields).ok()?;
    if let Some(order) = order {
        out.extend_from_slice(ORDER);
        serde_json::to_writer(&mut out, &order).ok()?;
    }
    out.reserve_exact(name.len() + bytes + 1);
    out.extend_from_slice(name);
    if is_json {
        out.extend_from_slice(payload)
    } else {
        push_base64(&mut out, payload)
    }
    out.push(b'}');
    Some(out)
}

/// As a JSON string.
fn push_base64(out: &mut Vec<u8>, payload: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(BASE64.encode(payload).as_bytes());
    out.push(b'"');
}

fn found(fields: Fields, order: Option<Order>, payload: Payload<'_>) -> Found<'_> {
    Found { format: Format::Envelope, fields, order, payload }
}

fn decode(base64: &str) -> Option<Payload<'static>> {
    BASE64.decode(base64).ok().map(Payload::Restored)
}

/// The form that [`wrap`] writes, in which white space around `data` belongs to the payload.
fn canonical(data: &[u8]) -> Option<Found<'_>> {
    let rest = data.strip_prefix(OTEL)?;
    let (fields, rest) = Fields::as_written(rest).or_else(|| leading_value(rest))?;
    let (order, rest) = match rest.strip_prefix(ORDER) {
        Some(rest) => order(rest).map(|(order, rest)| (Some(order), rest))?,
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

fn order(json: &[u8]) -> Option<(Order, &[u8])> {
    Order::as_written(json).or_else(|| {
        let (order, rest) = leading_value::<&RawValue>(json)?;
        Some((Order::read(order.get())?, rest))
    })
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
