//! The line about a record that cannot be read.

use std::sync::Arc;

use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::history::{Process, ProcessOutcome, Timestamp, UNKNOWN, UNREADABLE};

use crate::kinesis::event::RecordError;

/// It failed like any other, so that a search for what failed finds it; but no business code saw it.
pub(crate) fn line(bad: &RecordError, function: Option<Arc<str>>, request_id: &Arc<str>) -> Process {
    let known = |name: &Option<String>| name.as_deref().unwrap_or(UNKNOWN).into();
    let now = Timestamp::now();
    Process {
        stream: known(&bad.stream),
        group: bad.partition_key.clone(),
        shard: known(&bad.shard_id),
        sequence_number: bad.sequence_number.clone().unwrap_or_else(|| UNKNOWN.into()),
        sub_sequence_number: None,
        order: None,
        outcome: ProcessOutcome::Failed,
        error: Some(one_line(&bad.to_string(), MAX_TEXT).into_owned()),
        start: now,
        end: now,
        function,
        request_id: Arc::clone(request_id),
        format: UNREADABLE.into(),
        span: None,
        relation: None,
        context: None,
        payload_crc32: 0,
        batch: None,
    }
}
