//! A message as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

use super::schema::{Field, Kind, Message};
use super::wire::{Fields, Raw, fixed64, varint};
use crate::hex;

/// Values may be in values. The limit of protobuf's own readers.
const MAX_DEPTH: usize = 100;

/// `None` if it is no such message. Fields that the schema does not know are left out.
pub(super) fn of(schema: &Message, message: &[u8]) -> Option<String> {
    // About what the JSON of a span is longer than its protobuf.
    let mut text = String::with_capacity(message.len() * 3);
    write_message(&mut text, schema, message, MAX_DEPTH)?;
    Some(text)
}

fn write_message(text: &mut String, schema: &Message, message: &[u8], depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    if Fields::of(message).any(|field| field.is_none()) {
        return None;
    }
    text.push('{');
    let mut separator = "";
    for field in schema.0 {
        let values = Fields::of(message).flatten();
        let mut values = values.filter(|(number, _)| *number == field.number).map(|(_, value)| value).peekable();
        if values.peek().is_none() {
            continue;
        }
        let _ = write!(text, "{separator}\"{}\":", field.name);
        separator = ",";
        if field.is_repeated {
            write_list(text, field, values, depth)?;
        } else {
            // Of a field that comes again, the last one counts.
            write_value(text, field.kind, values.last()?, depth)?;
        }
    }
    text.push('}');
    Some(())
}

fn write_list<'a>(text: &mut String, field: &Field, values: impl Iterator<Item = Raw<'a>>, depth: usize) -> Option<()> {
    text.push('[');
    let mut separator = "";
    for value in values {
        for item in items(field.kind, value)? {
            text.push_str(separator);
            separator = ",";
            write_value(text, field.kind, item, depth)?;
        }
    }
    text.push(']');
    Some(())
}

/// Numbers of a list are packed into one value.
fn items(kind: Kind, value: Raw<'_>) -> Option<Vec<Raw<'_>>> {
    let (Kind::Double | Kind::Fixed64 | Kind::Uint64, Raw::Bytes(mut rest)) = (kind, value) else {
        return Some(vec![value]);
    };
    let mut items = Vec::new();
    while !rest.is_empty() {
        items.push(match kind {
            Kind::Uint64 => Raw::Varint(varint(&mut rest)?),
            _ => Raw::Fixed64(fixed64(&mut rest)?),
        });
    }
    Some(items)
}

/// Whole numbers of 64 bits are texts, ids are in hexadecimal digits, and all other bytes in base64.
fn write_value(text: &mut String, kind: Kind, value: Raw<'_>, depth: usize) -> Option<()> {
    let _ = match (kind, value) {
        (Kind::Bool, Raw::Varint(value)) => write!(text, "{}", value != 0),
        (Kind::Int32, Raw::Varint(value)) => write!(text, "{}", value.cast_signed()),
        (Kind::Sint32, Raw::Varint(value)) => {
            write!(text, "{}", (value >> 1).cast_signed() ^ -(value & 1).cast_signed())
        }
        (Kind::Fixed32, Raw::Fixed32(value)) => write!(text, "{value}"),
        (Kind::Int64, Raw::Varint(value)) | (Kind::Sfixed64, Raw::Fixed64(value)) => {
            write!(text, "\"{}\"", value.cast_signed())
        }
        (Kind::Uint64, Raw::Varint(value)) | (Kind::Fixed64, Raw::Fixed64(value)) => write!(text, "\"{value}\""),
        (Kind::Double, Raw::Fixed64(bits)) => write_double(text, f64::from_bits(bits)),
        (Kind::Text, Raw::Bytes(bytes)) => {
            write!(text, "{}", serde_json::Value::from(String::from_utf8_lossy(bytes)))
        }
        (Kind::Hex, Raw::Bytes(bytes)) => {
            text.push('"');
            hex::push(text, bytes);
            write!(text, "\"")
        }
        (Kind::Base64, Raw::Bytes(bytes)) => write!(text, "\"{}\"", STANDARD.encode(bytes)),
        (Kind::Message(schema), Raw::Bytes(bytes)) => return write_message(text, schema, bytes, depth),
        _ => return None,
    };
    Some(())
}

/// What is not a finite number has a name in the JSON of protobuf, and none in JSON.
fn write_double(text: &mut String, value: f64) -> std::fmt::Result {
    match value {
        f64::INFINITY => write!(text, "\"Infinity\""),
        f64::NEG_INFINITY => write!(text, "\"-Infinity\""),
        value if value.is_nan() => write!(text, "\"NaN\""),
        value => write!(text, "{}", serde_json::Value::from(value)),
    }
}
