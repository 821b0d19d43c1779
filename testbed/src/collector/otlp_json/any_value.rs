//! Values, attributes, resources and scopes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::common::v1::{self as proto, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource as ProtoResource;
use serde::Deserialize;

use super::field::{Double, Field, Whole};

/// One of its members is there, or none.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AnyValue {
    string_value: Option<String>,
    bool_value: Option<bool>,
    int_value: Option<Whole<i64>>,
    double_value: Option<Double>,
    array_value: Option<Values<AnyValue>>,
    kvlist_value: Option<Values<KeyValue>>,
    /// In base64.
    bytes_value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Values<T: Default> {
    values: Field<Vec<T>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KeyValue {
    key: String,
    value: Option<AnyValue>,
}

pub(super) type Attributes = Field<Vec<KeyValue>>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resource {
    attributes: Attributes,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Scope {
    name: Field<String>,
    version: Field<String>,
    attributes: Attributes,
}

impl From<AnyValue> for proto::AnyValue {
    fn from(any: AnyValue) -> Self {
        let array = |it: Values<AnyValue>| proto::ArrayValue { values: into(it.values) };
        let list = |it: Values<KeyValue>| proto::KeyValueList { values: into(it.values) };
        let value = match any {
            AnyValue { string_value: Some(text), .. } => Some(Value::StringValue(text)),
            AnyValue { bool_value: Some(value), .. } => Some(Value::BoolValue(value)),
            AnyValue { int_value: Some(Whole(number)), .. } => Some(Value::IntValue(number)),
            AnyValue { double_value: Some(Double(number)), .. } => Some(Value::DoubleValue(number)),
            AnyValue { array_value: Some(values), .. } => Some(Value::ArrayValue(array(values))),
            AnyValue { kvlist_value: Some(values), .. } => Some(Value::KvlistValue(list(values))),
            // What is not base64 is kept as it is written, rather than lost with the whole request.
            AnyValue { bytes_value: Some(text), .. } => {
                Some(STANDARD.decode(&text).map_or(Value::StringValue(text), Value::BytesValue))
            }
            _ => None,
        };
        Self { value }
    }
}

impl From<KeyValue> for proto::KeyValue {
    fn from(KeyValue { key, value }: KeyValue) -> Self {
        Self { key, value: value.map(Into::into), ..Self::default() }
    }
}

impl From<Resource> for ProtoResource {
    fn from(Resource { attributes }: Resource) -> Self {
        Self { attributes: into(attributes), ..Self::default() }
    }
}

impl From<Scope> for proto::InstrumentationScope {
    fn from(Scope { name: Field(name), version: Field(version), attributes }: Scope) -> Self {
        Self { name, version, attributes: into(attributes), ..Self::default() }
    }
}

pub(super) fn into<T, U: From<T>>(Field(values): Field<Vec<T>>) -> Vec<U> {
    values.into_iter().map(U::from).collect()
}
