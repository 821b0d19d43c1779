//! The members of an entry that are looked at.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Of several members with one name, the last counts. An entry that is not an object has none.
#[derive(Debug, Default)]
pub(super) struct Entry<'a> {
    pub(super) topic: Option<&'a RawValue>,
    pub(super) partition: Option<&'a RawValue>,
    pub(super) offset: Option<&'a RawValue>,
    pub(super) timestamp: Option<&'a RawValue>,
    pub(super) key: Option<&'a RawValue>,
    pub(super) value: Option<&'a RawValue>,
    pub(super) headers: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Name {
    Topic,
    Partition,
    Offset,
    Timestamp,
    Key,
    Value,
    Headers,
    #[serde(other)]
    Other,
}

/// A derived type would refuse a member that is there twice.
impl<'de> Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry<'de>, A::Error> {
        let mut entry = Entry::default();
        while let Some(name) = map.next_key::<Name>()? {
            let place = match name {
                Name::Topic => &mut entry.topic,
                Name::Partition => &mut entry.partition,
                Name::Offset => &mut entry.offset,
                Name::Timestamp => &mut entry.timestamp,
                Name::Key => &mut entry.key,
                Name::Value => &mut entry.value,
                Name::Headers => &mut entry.headers,
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = Some(map.next_value()?);
        }
        Ok(entry)
    }
}
