//! A record as it stands in a partition, and as the mapping hands it to the function.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::SequenceNumber;

/// A record of a topic, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The partition it stands in.
    pub partition: u32,
    /// Its place in the partition. Offsets ascend, and may have gaps.
    pub offset: i64,
    /// Milliseconds since the Unix epoch; -1 where the record has none.
    pub timestamp: i64,
    /// Whose clock that was.
    pub timestamp_type: TimestampType,
    /// The key's bytes; `None` is the null key, which is another than the empty one.
    pub key: Option<Bytes>,
    /// The value's bytes; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// The headers in their order. Names may repeat, and a value may be null.
    pub headers: Vec<(Arc<str>, Option<Bytes>)>,
}

/// Who set a record's timestamp.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer, when it made the record.
    #[default]
    CreateTime,
    /// The broker, when it took the record.
    LogAppendTime,
}

impl Record {
    /// What the JSON around a record takes at most: member names, the topic of up to 249 characters twice, numbers.
    const FRAME: usize = 1024;
    /// What the JSON around a header takes at most, without its name and value.
    const HEADER_FRAME: usize = 8;
    /// A header's byte, as a number with a sign and a comma: `-128,`.
    const HEADER_BYTE: usize = 5;

    /// The offset, as histories and waits name the record by it.
    pub(super) fn number(&self) -> SequenceNumber {
        self.offset.to_string().into()
    }

    /// An upper bound of the bytes that the record takes in a Lambda event.
    pub(super) fn event_bytes(&self) -> usize {
        let base64 = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, |bytes| bytes.len().div_ceil(3) * 4);
        let header = |(name, value): &(Arc<str>, Option<Bytes>)| {
            // A character that JSON escapes takes up to six for one byte.
            Self::HEADER_FRAME + name.len() * 6 + value.as_ref().map_or(0, Bytes::len) * Self::HEADER_BYTE
        };
        base64(&self.key) + base64(&self.value) + self.headers.iter().map(header).sum::<usize>() + Self::FRAME
    }
}
