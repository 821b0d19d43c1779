//! An event as it stands in its text, from any sender.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

/// The members of an object; of several with one name, the last.
pub(crate) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// An object or an array, of which nothing is read yet but the names of an object's members.
#[derive(Debug)]
pub(crate) enum RawEvent<'a> {
    /// An object; its `Records`, an array, if it has any, and all other members.
    Object { records: Option<&'a RawValue>, members: Members<'a> },
    /// Entries by themselves.
    Array(Vec<&'a RawValue>),
}

impl<'de: 'a, 'a> Deserialize<'de> for RawEvent<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawEventVisitor)
    }
}

/// Refuses what is none, in the words that asking for its entries has.
fn array<E: Error>(json: &RawValue) -> Result<&RawValue, E> {
    let found = match json.get().as_bytes().first() {
        Some(b'[') => return Ok(json),
        Some(b'{') => Unexpected::Map,
        Some(b'"') => Unexpected::Str(""),
        Some(b'n') => Unexpected::Unit,
        Some(b't' | b'f') => Unexpected::Bool(true),
        _ if json.get().parse::<i64>().is_ok() => Unexpected::Signed(0),
        _ => Unexpected::Float(0.0),
    };
    Err(E::invalid_type(found, &"a sequence"))
}

struct RawEventVisitor;

impl<'de> Visitor<'de> for RawEventVisitor {
    type Value = RawEvent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawEvent<'de>, A::Error> {
        let (mut records, mut members) = (None, Members::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == "Records" {
                records = Some(array(map.next_value()?)?);
            } else {
                members.insert(name, map.next_value()?);
            }
        }
        Ok(RawEvent::Object { records, members })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawEvent<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = seq.next_element()? {
            entries.push(entry);
        }
        Ok(RawEvent::Array(entries))
    }
}
