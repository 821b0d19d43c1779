//! What a record has in common with the one before it, so that only the rest of it has to be read.
//!
//! The writer of an event writes all of its records by one pattern: the same members in the same order, with the same
//! stream, and between them what varies. A layout is that pattern, taken from a record that was read member by member,
//! whichever it is: that of Lambda, of `sam local`, of a pipe. A text that has the same bytes around the places of what
//! varies, and in each of these a JSON value of the same kind, is an object of the same members, so it needs no parser.

use std::ops::Range;
use std::time::SystemTime;

use serde_json::value::RawValue;

use super::arrival;
use super::members::Entry;

/// What varies.
#[derive(Debug, Clone, Copy)]
enum Place {
    PartitionKey,
    SequenceNumber,
    Data,
    Arrival,
    /// Of the member `eventID`, what follows so many bytes of it: the shard and a colon.
    EventId(usize),
}

/// The texts around what varies, in their order.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    before: Vec<(&'a str, Place)>,
    end: &'a str,
}

/// What varies, as it stands in the text of a record: strings without quotes, none of which has escapes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Values<'a> {
    /// `None` of a layout without one.
    pub(super) partition_key: Option<&'a str>,
    pub(super) sequence_number: &'a str,
    pub(super) data: &'a str,
    /// `None` of a layout without a number.
    pub(super) arrival: Option<SystemTime>,
    /// `None` of a layout without one.
    pub(super) event_id: Option<&'a str>,
}

impl<'a> Layout<'a> {
    /// That of an entry that is a record.
    pub(super) fn of(text: &'a str, entry: &Entry<'a>) -> Option<Self> {
        let within = |json: &RawValue, part: Range<usize>| {
            let start = json.get().as_ptr().addr().checked_sub(text.as_ptr().addr())?;
            Some(start + part.start..start + part.end)
        };
        let string = |json| within(json, string(json)?);
        let mut places =
            vec![(string(entry.sequence_number?)?, Place::SequenceNumber), (string(entry.data?)?, Place::Data)];
        places.extend(entry.partition_key.and_then(string).map(|place| (place, Place::PartitionKey)));
        if let Some(json) = entry.arrival.filter(|json| is_number(json)) {
            places.push((within(json, 0..json.get().len())?, Place::Arrival));
        }
        if let Some(json) = entry.event_id
            && let Some(id) = self::string(json)
        {
            let shard = shard_length(json.get())?;
            places.push((within(json, id.start + shard..id.end)?, Place::EventId(shard)));
        }
        places.sort_by_key(|(place, _)| place.start);
        let mut end = 0;
        let mut before = Vec::with_capacity(places.len());
        for (place, what) in places {
            before.push((text.get(end..place.start)?, what));
            end = place.end;
        }
        Some(Self { before, end: text.get(end..)? })
    }

    /// The values of a record of this layout, with which the text begins, and what comes after it. Whether the data is base64,
    /// and thus a string at all, is left to the caller.
    pub(super) fn values<'t>(&self, text: &'t str) -> Option<(Values<'t>, &'t str)> {
        let mut values = Values::default();
        let mut rest = text;
        for (before, place) in &self.before {
            rest = rest.strip_prefix(before)?;
            let length = match place {
                Place::Arrival => {
                    let (time, length) = arrival::plain(rest)?;
                    values.arrival = Some(time);
                    length
                }
                Place::Data => memchr::memchr(b'"', rest.as_bytes())?,
                Place::EventId(_) if ends_string(rest, values.sequence_number) => values.sequence_number.len(),
                Place::PartitionKey | Place::SequenceNumber | Place::EventId(_) => plain_length(rest)?,
            };
            let (value, after) = rest.split_at_checked(length)?;
            match place {
                Place::PartitionKey => values.partition_key = Some(value),
                Place::SequenceNumber => values.sequence_number = value,
                Place::Data => values.data = value,
                Place::Arrival => {}
                Place::EventId(shard) => {
                    let start = text.len() - rest.len() - shard;
                    values.event_id = text.get(start..text.len() - after.len());
                }
            }
            rest = after;
        }
        let rest = rest.strip_prefix(self.end)?;
        // One without a number is not a record.
        (!values.sequence_number.is_empty()).then_some((values, rest))
    }
}

/// Where in a string its text is.
fn string(json: &RawValue) -> Option<Range<usize>> {
    json.get().starts_with('"').then(|| 1..json.get().len() - 1)
}

/// Of the shard and its colon, in an id in quotes. One with escapes is left to those who undo them.
fn shard_length(id: &str) -> Option<usize> {
    id.find(':').filter(|_| !id.contains('\\'))
}

fn is_number(json: &RawValue) -> bool {
    json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// Of the rest of a string that has no escapes.
fn plain_length(text: &str) -> Option<usize> {
    let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    let (value, rest) = text.as_bytes().split_at(end);
    (rest.starts_with(b"\"") && value.iter().all(|byte| *byte >= b' ')).then_some(end)
}

/// Whether the rest of a string is this text.
fn ends_string(rest: &str, text: &str) -> bool {
    rest.strip_prefix(text).is_some_and(|rest| rest.starts_with('"'))
}

#[cfg(test)]
mod tests;
