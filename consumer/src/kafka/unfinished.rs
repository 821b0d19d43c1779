//! Where a partition's part of a batch ends.

use std::fmt::{self, Write as _};
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

/// In bytes. With what is said of all, a line that is longer would be cut off.
const ENOUGH: usize = 700;

/// The line of a batch that fails.
pub(super) fn listed(unfinished: &[Unfinished]) -> String {
    let mut line = "records are not done, so the whole batch fails and comes again:".to_owned();
    let mut named = 0;
    for end in unfinished {
        if line.len() > ENOUGH {
            break;
        }
        line.push_str(if named > 0 { ", " } else { " " });
        named += 1;
        // Writing to a string cannot fail.
        let _ = write!(line, "{end}");
    }
    if unfinished.len() > named {
        let _ = write!(line, ", and {} partitions more", unfinished.len() - named);
    }
    line.push_str(if unfinished.iter().all(|it| it.is_out_of_time) {
        ". Give the function a longer timeout, or the mapping a smaller BatchSize"
    } else {
        ". The lines of those records in this log say why they failed"
    });
    line
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&self.partition_name, LONGEST_NAME))?;
        match self.offset {
            Some(offset) => write!(f, " from offset {offset} on")?,
            None => write!(f, " from its record {} on, which has no name", self.index)?,
        }
        f.write_str(if self.is_out_of_time { " (time was up)" } else { " (failed)" })
    }
}
