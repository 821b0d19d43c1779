//! YAML's events to a tree.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::Value;

use super::builder::{Builder, Node};
use super::document_error::DocumentError;
use super::scalar;

/// What a list or map of YAML belongs to.
pub(super) fn read(text: &str) -> Result<Value, DocumentError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error_at(*error.marker(), readable(error.info())))?;
        take(&mut builder, event).map_err(|what| error_at(span.start, what))?;
    }
    Ok(builder.finished())
}

fn take(builder: &mut Builder, event: Event<'_>) -> Result<(), String> {
    match event {
        Event::DocumentStart(_) => builder.begin_document(),
        Event::Alias(anchor) => builder.alias(anchor),
        Event::SequenceStart(anchor, tag) => builder.begin(Node { anchor, function: function(tag)? }, false),
        Event::MappingStart(anchor, tag) => builder.begin(Node { anchor, function: function(tag)? }, true),
        Event::SequenceEnd | Event::MappingEnd => builder.end(),
        Event::Scalar(text, style, anchor, tag) => {
            let is_plain = style == ScalarStyle::Plain;
            if builder.wants_key() {
                return builder.key(&text, is_plain);
            }
            let (value, function) = scalar_value(&text, is_plain, tag)?;
            builder.add(value, Node { anchor, function })
        }
        Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
    }
}

/// A scalar's value, and the intrinsic function that it is the argument of.
fn scalar_value(text: &str, is_plain: bool, tag: Option<Cow<'_, Tag>>) -> Result<(Value, Option<String>), String> {
    let as_text = || Value::String(text.to_owned());
    match tag {
        None if is_plain => Ok((scalar::plain(text), None)),
        None => Ok((as_text(), None)),
        Some(tag) if tag.is_yaml_core_schema() => Ok((core(&tag.suffix, text)?, None)),
        Some(tag) => Ok((as_text(), function(Some(tag))?)),
    }
}

/// `!!int` and the like.
fn core(name: &str, text: &str) -> Result<Value, String> {
    let value = match name {
        "str" => return Ok(Value::String(text.to_owned())),
        "null" => return Ok(Value::Null),
        "bool" => Some(scalar::plain(text)).filter(Value::is_boolean),
        "int" | "float" => text.parse::<f64>().ok().and_then(|_| serde_json::from_str(text).ok()),
        _ => return Err(format!("CloudFormation does not know the tag !!{name}")),
    };
    value.ok_or_else(|| format!("`{text}` is not of the type that its tag !!{name} names"))
}

/// The name of the intrinsic function that a tag stands for; `None` for tags that only say what there is anyway.
fn function(tag: Option<Cow<'_, Tag>>) -> Result<Option<String>, String> {
    let Some(tag) = tag else { return Ok(None) };
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("tag:yaml.org,2002:", "map" | "seq") | ("", "!") | ("!", "") => Ok(None),
        ("!", name) if name.chars().all(|it| it.is_ascii_alphanumeric() || it == ':') => {
            Ok(Some(name.strip_prefix("Fn::").unwrap_or(name).to_owned()))
        }
        _ => Err(format!("CloudFormation does not know the tag {tag}")),
    }
}

fn error_at(at: Marker, what: String) -> DocumentError {
    DocumentError { line: at.line(), column: at.col() + 1, what }
}

/// The scanner's message, and the way out where there is a usual one.
fn readable(info: &str) -> String {
    let is_about_tabs = info.contains("tab");
    let way_out = if is_about_tabs { "; indent with spaces" } else { "" };
    format!("this is not YAML: {info}{way_out}")
}
