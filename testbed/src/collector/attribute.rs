//! The value of a span's attribute.

use std::collections::BTreeMap;
use std::fmt;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// No value.
    Empty,
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Values in order.
    List(Vec<AttributeValue>),
    /// Values by name.
    Map(BTreeMap<String, AttributeValue>),
}

impl AttributeValue {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Text and numbers as they are, the others as Rust writes them.
impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Double(value) => value.fmt(f),
            Self::Bytes(bytes) => write!(f, "{bytes:02x?}"),
            Self::List(values) => write!(f, "{values:?}"),
            Self::Map(values) => write!(f, "{values:?}"),
        }
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for AttributeValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for AttributeValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<AnyValue> for AttributeValue {
    fn from(any: AnyValue) -> Self {
        match any.value {
            Some(Value::StringValue(text)) => Self::Text(text),
            Some(Value::BoolValue(value)) => Self::Bool(value),
            Some(Value::IntValue(value)) => Self::Int(value),
            Some(Value::DoubleValue(value)) => Self::Double(value),
            Some(Value::BytesValue(bytes)) => Self::Bytes(bytes),
            Some(Value::ArrayValue(array)) => Self::List(array.values.into_iter().map(Self::from).collect()),
            Some(Value::KvlistValue(list)) => Self::Map(by_key(list.values)),
            // The index belongs to profiles, which are not received here.
            Some(Value::StringValueStrindex(_)) | None => Self::Empty,
        }
    }
}

pub(super) fn by_key(attributes: Vec<KeyValue>) -> BTreeMap<String, AttributeValue> {
    attributes.into_iter().map(|it| (it.key, it.value.map_or(AttributeValue::Empty, Into::into))).collect()
}
