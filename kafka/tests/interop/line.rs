//! A record as the programs in `interop/` read and print it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Of a record to produce, `None` lets the client choose.
    pub(crate) partition: Option<i32>,
    #[serde(default)]
    pub(crate) offset: Option<i64>,
    pub(crate) timestamp: Option<i64>,
    pub(crate) key: Option<Data>,
    pub(crate) value: Option<Data>,
    pub(crate) headers: Vec<Header>,
    /// With `span_id`: of a record that was produced, the span whose context was written; of one that was consumed, what the
    /// span belongs to that the instrumentation made.
    #[serde(default)]
    pub(crate) trace_id: Option<String>,
    #[serde(default)]
    pub(crate) span_id: Option<String>,
    /// Of a record that was consumed: how that span belongs to it, as to a `parent` or by a `link`.
    #[serde(default)]
    pub(crate) relation: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: Option<Data>,
}

impl Header {
    pub(crate) fn new(name: &str, value: &[u8]) -> Self {
        Self { name: name.to_owned(), value: Some(value.into()) }
    }

    pub(crate) fn null(name: &str) -> Self {
        Self { name: name.to_owned(), value: None }
    }
}

impl Line {
    pub(crate) fn traceparent(&self) -> Option<(&str, &str)> {
        Some((self.trace_id.as_deref()?, self.span_id.as_deref()?))
    }

    /// The values of the headers whose name is this one, whatever its case.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let named = self.headers.iter().filter(|it| it.name.eq_ignore_ascii_case(name));
        named.map(|it| it.value.as_ref().map_or("null".to_owned(), |value| format!("{value:?}"))).collect()
    }
}

/// Bytes, in base64 on the line.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Data(pub(crate) Vec<u8>);

impl From<&[u8]> for Data {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_owned())
    }
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}
