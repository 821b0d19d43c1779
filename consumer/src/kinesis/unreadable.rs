//! The line about a record that cannot be read.

use std::sync::Arc;

use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::history::{Process, ProcessOutcome, Timestamp, UNKNOWN, UNREADABLE};

use crate::kinesis::event::RecordError;

/// It failed like any other, so that a search for what failed finds it; but no business code saw it.
pub(crate) fn line(bad: &RecordError, function: Option<Arc<str>>, request_id: &Arc<str>) -> Process {
    let [stream, shard] = [&bad.stream, &bad.shard_id].map(|name| name.as_deref().unwrap_or(UNKNOWN));
    let number = bad.sequence_number.clone().unwrap_or_else(|| UNKNOWN.into());
    let now = Timestamp::now();
    let mut process = Process::new(stream, shard, number, ProcessOutcome::Failed, now, now);
    process.group = bad.partition_key.clone();
    process.error = Some(one_line(&bad.to_string(), MAX_TEXT).into_owned());
    process.function = function;
    process.request_id = Arc::clone(request_id);
    process.format = UNREADABLE.into();
    process
}
