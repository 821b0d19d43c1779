//! What was found in an input.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::kafka::Headers;

/// One document of an input, such as an event of several, recognised.
#[derive(Debug)]
pub(super) struct Part {
    /// What it was taken for.
    pub(super) taken_for: String,
    /// Its records, or why one cannot be read.
    pub(super) records: Vec<Result<Stored, String>>,
    /// What else to say about it.
    pub(super) notes: Vec<String>,
    /// What to type into a shell, to get at records that are not in it.
    pub(super) commands: Vec<String>,
}

/// A record as it lies in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) data: Bytes,
    /// `None` where the input does not tell it.
    pub(crate) partition_key: Option<Arc<str>>,
    /// `None` where the input does not tell it.
    pub(crate) sequence_number: Option<Arc<str>>,
    /// `None` of a record of Kinesis.
    pub(crate) in_topic: Option<InTopic>,
}

/// What only a record of Kafka has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InTopic {
    /// The topic's name; `None` where the input does not tell it.
    pub(crate) topic: Option<Arc<str>>,
    /// `None` where the input does not tell it.
    pub(crate) partition: Option<i32>,
    pub(crate) headers: Headers,
    pub(crate) is_tombstone: bool,
}

impl Part {
    pub(crate) fn new(taken_for: impl Into<String>, records: Vec<Result<Stored, String>>) -> Self {
        Self { taken_for: taken_for.into(), records, notes: Vec::new(), commands: Vec::new() }
    }

    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same, found within something else: `get_records in gzip`.
    pub(crate) fn within(self, outer: &str) -> Self {
        Self { taken_for: format!("{} in {outer}", self.taken_for), ..self }
    }
}

impl Stored {
    /// A record of which nothing but its data is known.
    pub(crate) fn bare(data: impl Into<Bytes>) -> Self {
        Self { data: data.into(), partition_key: None, sequence_number: None, in_topic: None }
    }
}
