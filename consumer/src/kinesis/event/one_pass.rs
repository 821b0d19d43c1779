//! An event whose text nothing has gone through yet.

use serde_json::value::RawValue;

use super::cursor::{Cursor, first, trim};
use super::event_record::EventRecord;
use super::members::Shape;
use super::reading::{Read, Reading};
use super::source::is_kinesis;
use super::{Entries, KinesisEvent};
use crate::kinesis::window_state::WindowState;
use crate::raw_event::Members;

impl KinesisEvent {
    /// Reads the body of an invocation, as `serde_json::from_slice` does, of which this is the faster way: what Lambda writes
    /// is gone through once.
    ///
    /// ```
    /// use kinetrace_consumer::kinesis::KinesisEvent;
    ///
    /// let event = KinesisEvent::from_slice(br#"{"Records":[]}"#)?;
    /// assert!(event.records.is_empty());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is not an event of Kinesis. The text quotes nothing of it.
    pub fn from_slice(body: &[u8]) -> Result<Self, serde_json::Error> {
        Self::in_one_pass(body).map_or_else(|| serde_json::from_slice(body), Ok)
    }

    /// The event, if its text begins as those of Kinesis do, and one of its records can be read. Everything else is left to
    /// those who know what is wrong with it, or of whom it is.
    pub(crate) fn in_one_pass(body: &[u8]) -> Option<Self> {
        let (shape, mut entries) = entries_of(body)?;
        let Read { records, ids } = Reading::of(&mut entries, shape)?;
        if !records.is_empty() && records.iter().all(Result::is_err) {
            return None;
        }
        let state = state_after(entries.after()?, shape)?;
        Some(Self { records, state, item_ids: (shape == Shape::Pipe).then(|| ids.into_iter().collect()) })
    }
}

/// The records of an event with the texts of their data, if it begins as those of Kinesis do, and each of its records can be read.
pub(crate) fn records_with_data(body: &[u8]) -> Option<Vec<(EventRecord, &str)>> {
    let (shape, mut entries) = entries_of(body)?;
    let records = Reading::with_data(&mut entries, shape)?;
    state_after(entries.after()?, shape)?;
    Some(records)
}

/// What begins otherwise is of another sender, and may have megabytes.
fn begins_as_one(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let inside = body.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    body.starts_with(b"[") || inside.is_some_and(|inside| inside.starts_with(b"\"Records\""))
}

/// The entries of an event that begins as those of Kinesis do.
fn entries_of(body: &[u8]) -> Option<(Shape, Cursor<'_, '_>)> {
    if !begins_as_one(body) {
        return None;
    }
    let text = trim(std::str::from_utf8(body).ok()?);
    let (shape, entries) = match text.strip_prefix('[') {
        Some(entries) => {
            let (entry, _) = first::<&RawValue>(trim(entries))?;
            is_kinesis(entry).then_some((Shape::Pipe, entries))?
        }
        None => {
            let after_name = trim(text.strip_prefix('{')?).strip_prefix("\"Records\"")?;
            (Shape::Mapping, trim(trim(after_name).strip_prefix(':')?).strip_prefix('[')?)
        }
    };
    Some((shape, Cursor::after_bracket(entries)))
}

/// The state of a window that is in what comes after the entries, if that ends the event.
fn state_after(rest: &str, shape: Shape) -> Option<Option<WindowState>> {
    let rest = trim(rest);
    if shape == Shape::Pipe {
        return rest.is_empty().then_some(None);
    }
    let Some(members) = rest.strip_prefix(',') else { return trim(rest.strip_prefix('}')?).is_empty().then_some(None) };
    let members = format!("{{{members}");
    let members: Members<'_> = serde_json::from_str(&members).ok()?;
    // Of two lists, the last one counts; and a comma needs a member after it.
    if members.is_empty() || members.contains_key("Records") {
        return None;
    }
    Entries::state(&members).ok()
}
