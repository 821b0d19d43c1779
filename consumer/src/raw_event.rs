//! An event as it stands in its text, from any sender.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object; of several with one name, the last.
pub(crate) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// An object or an array. Its text is gone through once for all that is asked of it.
#[derive(Debug)]
pub(crate) enum RawEvent<'a> {
    /// An object; its `Records`, if it has any, and all other members.
    Object { records: Option<Vec<&'a RawValue>>, members: Members<'a> },
    /// Entries by themselves.
    Array(Vec<&'a RawValue>),
}

impl<'de: 'a, 'a> Deserialize<'de> for RawEvent<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawEventVisitor)
    }
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
                records = Some(map.next_value()?);
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
