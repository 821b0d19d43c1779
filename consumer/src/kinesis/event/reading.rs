//! The entries of an event, each read by itself: in one pass as far as they are of one layout, member by member otherwise.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::cursor::{Cursor, Next, trim};
use super::entry::Shared;
use super::event_record::EventRecord;
use super::layout::Layout;
use super::members::{Entry, Shape};
use super::record_error::RecordError;

/// What Lambda writes for a record without data has more bytes, so room for as many records is a part of the event's size.
const SMALLEST_ENTRY: usize = 512;

/// What was read, in the order of the event.
#[derive(Default)]
pub(super) struct Read {
    pub(super) records: Vec<Result<EventRecord, RecordError>>,
    /// The `eventID` of each, where the shape has it tell them apart in the answer.
    pub(super) ids: Vec<Option<Arc<str>>>,
}

pub(super) struct Reading<'a> {
    shape: Shape,
    shared: Shared,
    last: Option<Last<'a>>,
    read: Read,
}

/// The last record that was read member by member, if it has a layout.
struct Last<'a> {
    layout: Layout<'a>,
    record: EventRecord,
}

/// A record, or what is left of one.
struct Known<'a> {
    record: Result<EventRecord, RecordError>,
    /// Its `eventID`, of a pipe.
    id: Option<Arc<str>>,
    /// The text of its data; `None` if that is not a string.
    data: Option<&'a str>,
}

impl<'a> Reading<'a> {
    /// All that are to come; `None` if they are not JSON.
    pub(super) fn of(entries: &mut Cursor<'_, 'a>, shape: Shape) -> Option<Read> {
        let mut reading = Self::new(shape);
        reading.read.records.reserve(room(entries));
        loop {
            let left = entries.left();
            match reading.next(entries)? {
                Next::Known(known) => reading.add(known.record, known.id),
                Next::Entry(entry) => reading.odd(entry, left),
                Next::End => return Some(reading.read),
            }
        }
    }

    /// The records that are to come, each with the text of its data, in base64 and without quotes. `None` if one of them
    /// cannot be read.
    pub(super) fn with_data(entries: &mut Cursor<'_, 'a>, shape: Shape) -> Option<Vec<(EventRecord, &'a str)>> {
        let mut reading = Self::new(shape);
        let mut records = Vec::with_capacity(room(entries));
        loop {
            match reading.next(entries)? {
                Next::Known(Known { record, data, .. }) => records.push((record.ok()?, data?)),
                Next::Entry(_) => return None,
                Next::End => return Some(records),
            }
        }
    }

    fn new(shape: Shape) -> Self {
        Self { shape, shared: Shared::default(), last: None, read: Read::default() }
    }

    fn next(&mut self, entries: &mut Cursor<'_, 'a>) -> Option<Next<'a, Known<'a>>> {
        let left = entries.left();
        entries.next(|text| self.alike(text, left).or_else(|| self.member_by_member(text, left)))
    }

    /// The record with which a text begins, and what comes after it, if it is like the last one.
    fn alike(&mut self, text: &'a str, left: usize) -> Option<(Known<'a>, &'a str)> {
        let Last { layout, record: last } = self.last.as_ref()?;
        let (values, rest) = layout.values(text)?;
        let record = EventRecord {
            data: self.shared.decoder.decode(values.data, left)?,
            stream: Arc::clone(&last.stream),
            stream_arn: last.stream_arn.clone(),
            shard_id: Arc::clone(&last.shard_id),
            sequence_number: values.sequence_number.into(),
            partition_key: values.partition_key.map(|key| self.shared.partition_key(key)),
            arrival: values.arrival.or(last.arrival),
        };
        let id = values.event_id.filter(|_| self.shape == Shape::Pipe).map(Arc::from);
        Some((Known { record: Ok(record), id, data: Some(values.data) }, rest))
    }

    /// The record with which a text begins, and what comes after it, if it is an object at least.
    fn member_by_member(&mut self, text: &'a str, left: usize) -> Option<(Known<'a>, &'a str)> {
        let (entry, rest) = Entry::first(text, self.shape)?;
        let id = entry.event_id().filter(|_| self.shape == Shape::Pipe).map(Arc::from);
        let record = entry.record(&mut self.shared, left);
        // After it comes another one, or the end.
        if let Ok(record) = &record
            && !trim(rest).starts_with(']')
            && let Some(layout) = Layout::of(text.get(..text.len() - rest.len())?, &entry)
        {
            self.last = Some(Last { layout, record: record.clone() });
        }
        let index = self.read.records.len();
        let record = record.map_err(|error| entry.bad(index, &error));
        Some((Known { record, id, data: entry.data_text() }, rest))
    }

    /// What is not such an object tells why.
    fn odd(&mut self, json: &RawValue, left: usize) {
        let index = self.read.records.len();
        let entry = Entry::read(json, self.shape);
        let record = match &entry {
            Ok(entry) => entry.record(&mut self.shared, left).map_err(|error| entry.bad(index, &error)),
            Err(error) => Err(Entry::default().bad(index, error)),
        };
        self.add(record, None);
    }

    fn add(&mut self, record: Result<EventRecord, RecordError>, id: Option<Arc<str>>) {
        self.read.records.push(record);
        if self.shape == Shape::Pipe {
            self.read.ids.push(id);
        }
    }
}

/// For how many entries there is to be room: as many as those of Lambda would be.
fn room(entries: &Cursor<'_, '_>) -> usize {
    entries.left() / SMALLEST_ENTRY + 1
}

#[cfg(test)]
mod tests;
