//! Where a partition's part of a batch ends.

use std::fmt::Write as _;
use std::sync::Arc;

use kinetrace::__private::one_line;

/// The first record of a partition that is not done. Nothing of the partition counts that stands after it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// The event's own name of the partition, such as `flights-0`.
    pub partition_name: Arc<str>,
    /// The record's offset; `None` if that, or the record's partition, cannot be read.
    pub offset: Option<i64>,
    /// Whether time was up before it was done. Otherwise it failed.
    pub is_out_of_time: bool,
    /// The place of its partition in the event, from 0.
    pub(crate) partition: usize,
    /// Its own place there, from 0.
    pub(crate) index: usize,
}

/// A name of Kafka, a hyphen and a number fit in.
const LONGEST_NAME: usize = 260;

/// So many are named: a line has room for them, and an incident begins with one.
const NAMED: usize = 8;

/// The line of a batch that fails.
pub(super) fn listed(unfinished: &[Unfinished]) -> String {
    let mut line = "records are not done, so the whole batch fails and comes again:".to_owned();
    for (place, Unfinished { partition_name, offset, is_out_of_time, index, .. }) in
        unfinished.iter().take(NAMED).enumerate()
    {
        let partition_name = one_line(partition_name, LONGEST_NAME);
        let cause = if *is_out_of_time { "time was up" } else { "failed" };
        let separator = if place > 0 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = match offset {
            Some(offset) => write!(line, "{separator} {partition_name} from offset {offset} on ({cause})"),
            None => {
                write!(line, "{separator} {partition_name} from its record {index} on, which has no name ({cause})")
            }
        };
    }
    if unfinished.len() > NAMED {
        let _ = write!(line, ", and {} partitions more", unfinished.len() - NAMED);
    }
    line.push_str(if unfinished.iter().all(|it| it.is_out_of_time) {
        ". Give the function a longer timeout, or the mapping a smaller BatchSize"
    } else {
        ". The lines of those records in this log say why they failed"
    });
    line
}
