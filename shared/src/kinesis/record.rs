//! A record on its way into a stream.

use serde::Serialize;

use crate::format::json_text::{JsonText, JsonTextError, Known};
use crate::kinesis::hash_key::HashKey;

/// What a put needs: the group, the payload, and, rarely, a place of its own in the hash space.
///
/// ```
/// use kinetrace::Record;
///
/// let record = Record::new("N14228", r#"{"tailnum":"N14228"}"#);
/// assert_eq!(record.partition_key, "N14228");
/// ```
///
/// # Payloads that are JSON
///
/// A carrier must know whether a payload is JSON, and looks at bytes of which it does not. Where the type of `data` says that they
/// are, it looks at none: [`json`](Record::json) writes a value, and [`from_json`](Record::from_json) takes bytes that the caller
/// vouches for. All that takes a record takes these, too.
///
/// ```
/// use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, Injection, Record};
///
/// #[derive(serde::Serialize)]
/// struct Flight {
///     tailnum: &'static str,
/// }
///
/// let mut fields = Fields::default();
/// fields.set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
///
/// let record = Record::json("N14228", &Flight { tailnum: "N14228" })?;
/// let (record, injection) = Carrier::Envelope.inject_json(record, &fields, None, DEFAULT_MAX_RECORD_BYTES);
/// assert_eq!(injection, Injection::Injected);
/// assert!(record.data.ends_with(br#","data":{"tailnum":"N14228"}}"#));
/// # Ok::<(), kinetrace::JsonTextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<D = Vec<u8>> {
    /// The business group. Kinesis keeps the records of one key on one shard, in order; at most 256 characters.
    pub partition_key: String,
    /// Overrides the place that the partition key hashes to.
    pub explicit_hash_key: Option<HashKey>,
    /// The payload; after injection, whatever the carrier made of it.
    pub data: D,
}

impl Record {
    /// A record of the group `partition_key`, placed by its key.
    pub fn new(partition_key: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self { partition_key: partition_key.into(), explicit_hash_key: None, data: data.into() }
    }
}

impl Record<JsonText> {
    /// A record of the group `partition_key` with this value as its payload, as `serde_json` writes it.
    ///
    /// # Errors
    ///
    /// The value has no form in JSON: see [`JsonText::of`].
    pub fn json<T: Serialize + ?Sized>(partition_key: impl Into<String>, value: &T) -> Result<Self, JsonTextError> {
        let data = JsonText::of(value)?;
        Ok(Self { partition_key: partition_key.into(), explicit_hash_key: None, data })
    }

    /// A record with bytes that the caller vouches for: they are one JSON text in UTF-8. What happens if they are not:
    /// [`JsonText::vouched`].
    ///
    /// ```
    /// use kinetrace::Record;
    ///
    /// let body = r#"{"tailnum":"N14228"}"#;
    /// let flight: serde_json::Value = serde_json::from_str(body)?;
    /// let record = Record::from_json(flight["tailnum"].as_str().unwrap_or_default(), body);
    /// assert_eq!(record.size(), body.len() + "N14228".len());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn from_json(partition_key: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { partition_key: partition_key.into(), explicit_hash_key: None, data: JsonText::vouched(bytes) }
    }
}

impl<D: RecordData> Record<D> {
    /// The bytes that count against the stream's record limit: data and partition key
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>).
    pub fn size(&self) -> usize {
        self.data.as_ref().len() + self.partition_key.len()
    }

    /// The same record, and what its type says of the data.
    #[doc(hidden)]
    pub fn into_known(self) -> (Record, Known) {
        let Self { partition_key, explicit_hash_key, data } = self;
        (Record { partition_key, explicit_hash_key, data: data.into() }, D::KNOWN)
    }
}

/// Nothing is known of its data any more.
impl From<Record<JsonText>> for Record {
    fn from(record: Record<JsonText>) -> Self {
        record.into_known().0
    }
}

/// What the data of a [`Record`] can be: bytes, or [`JsonText`]. There is no other.
pub trait RecordData: AsRef<[u8]> + Into<Vec<u8>> + sealed::Sealed {
    #[doc(hidden)]
    const KNOWN: Known;
}

impl RecordData for Vec<u8> {
    const KNOWN: Known = Known::Nothing;
}

impl RecordData for JsonText {
    const KNOWN: Known = Known::Json;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for Vec<u8> {}
    impl Sealed for super::JsonText {}
}
