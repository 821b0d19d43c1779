//! The members of an entry, wherever its sender puts them.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cursor::first;

/// Where an entry has its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An event source mapping's: what Kinesis says is in the member `kinesis`.
    Mapping,
    /// EventBridge Pipes': all is at the top.
    Pipe,
    /// Amazon Data Firehose's: the data is at the top, and all else of another form.
    Firehose,
}

/// The members of an entry that are looked at. Of several with one name, the last counts.
#[derive(Debug, Default)]
pub(crate) struct Entry<'a> {
    pub(super) has_kinesis: bool,
    pub(super) partition_key: Option<&'a RawValue>,
    pub(super) sequence_number: Option<&'a RawValue>,
    pub(super) arrival: Option<&'a RawValue>,
    pub(super) data: Option<&'a RawValue>,
    pub(super) event_id: Option<&'a RawValue>,
    pub(super) source_arn: Option<&'a RawValue>,
}

impl<'a> Entry<'a> {
    /// Finds them. An entry that is not an object has none.
    pub(super) fn members(json: &'a RawValue, shape: Shape) -> Result<Self, serde_json::Error> {
        let mut entry = Self::default();
        let members = Members { entry: &mut entry, shape, is_within: false };
        members.deserialize(&mut serde_json::Deserializer::from_str(json.get()))?;
        Ok(entry)
    }

    /// Of the entry with which a text begins, and what comes after it.
    pub(super) fn first(text: &'a str, shape: Shape) -> Option<(Self, &'a str)> {
        match shape {
            Shape::Mapping => first(text).map(|(Shaped::<MAPPING>(entry), rest)| (entry, rest)),
            Shape::Pipe => first(text).map(|(Shaped::<PIPE>(entry), rest)| (entry, rest)),
            Shape::Firehose => None,
        }
    }

    /// The text of its data, in base64 and without quotes; `None` if that is not a string.
    pub(crate) fn data_text(&self) -> Option<&'a str> {
        self.data?.get().strip_prefix('"')?.strip_suffix('"')
    }

    /// Forgets what the member within has given, because another one with its name replaces it whole. An event has at most one.
    fn without_within(&mut self, shape: Shape) {
        (self.partition_key, self.sequence_number, self.arrival) = (None, None, None);
        if shape == Shape::Mapping {
            self.data = None;
        }
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Name {
    Kinesis,
    KinesisRecordMetadata,
    PartitionKey,
    SequenceNumber,
    ApproximateArrivalTimestamp,
    Data,
    #[serde(rename = "eventID")]
    EventId,
    #[serde(rename = "eventSourceARN")]
    EventSourceArn,
    #[serde(other)]
    Other,
}

const MAPPING: bool = true;
const PIPE: bool = false;

/// An entry of this shape, for what only takes types.
struct Shaped<'a, const IS_MAPPING: bool>(Entry<'a>);

impl<'de, const IS_MAPPING: bool> Deserialize<'de> for Shaped<'de, IS_MAPPING> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut entry = Entry::default();
        let shape = if IS_MAPPING { Shape::Mapping } else { Shape::Pipe };
        Members { entry: &mut entry, shape, is_within: false }.deserialize(deserializer)?;
        Ok(Self(entry))
    }
}

/// Fills an entry. A type derived from its shape would refuse a member that is there twice.
struct Members<'e, 'a> {
    entry: &'e mut Entry<'a>,
    shape: Shape,
    is_within: bool,
}

impl<'de> Members<'_, 'de> {
    fn place(&mut self, name: &Name) -> Option<&mut Option<&'de RawValue>> {
        let (entry, is_within) = (&mut *self.entry, self.is_within);
        let is_flat = self.shape == Shape::Pipe;
        match name {
            Name::Data if is_within == (self.shape == Shape::Mapping) => Some(&mut entry.data),
            Name::PartitionKey if is_within || is_flat => Some(&mut entry.partition_key),
            Name::SequenceNumber if is_within || is_flat => Some(&mut entry.sequence_number),
            Name::ApproximateArrivalTimestamp if is_within || is_flat => Some(&mut entry.arrival),
            Name::EventId if !is_within => Some(&mut entry.event_id),
            Name::EventSourceArn if !is_within => Some(&mut entry.source_arn),
            _ => None,
        }
    }

    fn is_door(&self, name: &Name) -> bool {
        let door = match self.shape {
            Shape::Mapping => matches!(name, Name::Kinesis),
            Shape::Firehose => matches!(name, Name::KinesisRecordMetadata),
            Shape::Pipe => false,
        };
        door && !self.is_within
    }
}

impl<'de> DeserializeSeed<'de> for Members<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.entry.has_kinesis |= self.is_within || self.shape == Shape::Pipe;
        while let Some(name) = map.next_key::<Name>()? {
            if self.is_door(&name) {
                self.entry.without_within(self.shape);
                let within = Members { entry: &mut *self.entry, shape: self.shape, is_within: true };
                map.next_value_seed(within)?;
            } else if let Some(place) = self.place(&name) {
                *place = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
