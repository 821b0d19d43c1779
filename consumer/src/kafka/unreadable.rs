//! The line about an entry that is not a record.

use std::sync::Arc;

use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::history::{Process, ProcessOutcome, Timestamp, UNKNOWN, UNREADABLE};

use super::event::RecordError;

/// It failed like any other, so that a search for what failed finds it; but no business code saw it.
pub(crate) fn line(bad: &RecordError, function: Option<Arc<str>>, request_id: &Arc<str>) -> Process {
    let topic = bad.topic.clone().unwrap_or_else(|| UNKNOWN.into());
    let partition = bad.partition.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string());
    let offset = bad.offset.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string());
    let now = Timestamp::now();
    let mut process = Process::new(topic, partition, offset, ProcessOutcome::Failed, now, now);
    process.group = bad.partition_key.clone();
    process.error = Some(one_line(&bad.to_string(), MAX_TEXT).into_owned());
    process.function = function;
    process.request_id = Arc::clone(request_id);
    process.format = UNREADABLE.into();
    process
}
