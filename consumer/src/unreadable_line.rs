//! The line about an entry of an event that is not a record.

use std::fmt::Display;
use std::sync::Arc;

use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::SequenceNumber;
use kinetrace::history::{Process, ProcessOutcome, Timestamp, UNKNOWN, UNREADABLE};

/// What can be read of the entry.
pub(crate) struct Readable<'a> {
    /// The stream or the topic.
    pub(crate) stream: Option<&'a str>,
    /// The shard or the partition.
    pub(crate) shard: Option<&'a str>,
    /// The sequence number or the offset.
    pub(crate) number: Option<SequenceNumber>,
    pub(crate) partition_key: Option<Arc<str>>,
}

/// It failed like any other, so that a search for what failed finds it; but no business code saw it.
pub(crate) fn line(
    entry: Readable<'_>,
    error: &impl Display,
    function: Option<Arc<str>>,
    request_id: &Arc<str>,
) -> Process {
    let [stream, shard] = [entry.stream, entry.shard].map(|name| name.unwrap_or(UNKNOWN));
    let number = entry.number.unwrap_or_else(|| UNKNOWN.into());
    let now = Timestamp::now();
    let mut process = Process::new(stream, shard, number, ProcessOutcome::Failed, now, now);
    process.group = entry.partition_key;
    process.error = Some(one_line(&error.to_string(), MAX_TEXT).into_owned());
    process.function = function;
    process.request_id = Arc::clone(request_id);
    process.format = UNREADABLE.into();
    process
}
