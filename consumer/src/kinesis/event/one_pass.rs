//! An event whose text nothing has gone through yet.

use serde_json::value::RawValue;

use super::cursor::{Cursor, first, trim};
use super::members::Shape;
use super::reading::{Read, Reading};
use super::source::is_kinesis;
use super::{Entries, KinesisEvent};
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
        if !begins_as_one(body) {
            return None;
        }
        let text = trim(std::str::from_utf8(body).ok()?);
        match text.strip_prefix('[') {
            Some(entries) => of_pipe(entries),
            None => of_mapping(text),
        }
    }
}

/// What begins otherwise is of another sender, and may have megabytes.
fn begins_as_one(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let inside = body.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    body.starts_with(b"[") || inside.is_some_and(|inside| inside.starts_with(b"\"Records\""))
}

fn of_mapping(text: &str) -> Option<KinesisEvent> {
    let after_name = trim(text.strip_prefix('{')?).strip_prefix("\"Records\"")?;
    let entries = trim(trim(after_name).strip_prefix(':')?).strip_prefix('[')?;
    let (read, rest) = entries_of(entries, Shape::Mapping)?;
    let state = match rest.strip_prefix(',') {
        Some(members) => {
            let members = format!("{{{members}");
            let members: Members<'_> = serde_json::from_str(&members).ok()?;
            // Of two lists, the last one counts; and a comma needs a member after it.
            if members.is_empty() || members.contains_key("Records") {
                return None;
            }
            Entries::state(&members).ok()?
        }
        None => trim(rest.strip_prefix('}')?).is_empty().then_some(None)?,
    };
    Some(KinesisEvent { records: read.records, state, item_ids: None })
}

fn of_pipe(entries: &str) -> Option<KinesisEvent> {
    let (entry, _) = first::<&RawValue>(trim(entries))?;
    let (read, rest) = entries_of(entries, Shape::Pipe).filter(|_| is_kinesis(entry))?;
    let item_ids = Some(read.ids.into_iter().collect());
    rest.is_empty().then_some(KinesisEvent { records: read.records, state: None, item_ids })
}

/// What is read of entries, if any is a record or there are none, and what comes after their array.
fn entries_of(text: &str, shape: Shape) -> Option<(Read, &str)> {
    let mut entries = Cursor::after_bracket(text);
    let read = Reading::of(&mut entries, shape)?;
    let is_event = read.records.is_empty() || read.records.iter().any(Result::is_ok);
    is_event.then_some((read, trim(entries.after()?)))
}
