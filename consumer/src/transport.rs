//! What a transport tells the rest of the consumer of its records: the seam at which another one is added.

use std::sync::Arc;

use kinetrace::history;
use opentelemetry::{Context, KeyValue};

use crate::key::Key;
use crate::message::Message;
use crate::record::Record;

/// A stream or a topic, as Lambda delivers it. What schedules, processes and measures records knows none.
///
/// Only this crate can name it. It is public because a method of the public [`AnyHandler`](crate::AnyHandler) has it in its
/// bounds, which compilers from 1.97 on refuse of a private trait.
///
/// A transport reads its event into [slots](crate::batch::Slot), gives them to
/// [`Consumer::invoke`](crate::consumer::Consumer::invoke), and answers by the cuts that come back.
pub trait Transport: 'static {
    /// A record of the event that is not begun. It need not be unpacked.
    type Waiting: Send;
    /// An entry of the event that is not a record.
    type Unreadable: Send;
    /// Where a partition's part of the batch ends, in the terms in which the answer has to name it.
    type Cut: Send;

    /// What the record is about: records of one partition and one key are processed one after another.
    fn key(waiting: &Self::Waiting) -> Key<'_>;

    /// The context that the record carried, where it is unpacked.
    fn context(waiting: &Self::Waiting) -> Option<&Context>;

    /// Unpacks the record. `None` ends what is begun.
    fn read(waiting: Self::Waiting) -> Option<Message>;

    /// The partition ends at this record.
    fn cut(waiting: &Self::Waiting, cause: Cause) -> Self::Cut;

    /// The cut is at a record that the business code had, but not the time to process.
    fn out_of_time(cut: &mut Self::Cut);

    /// The partition ends at this entry.
    fn cut_at_unreadable(entry: Self::Unreadable) -> Self::Cut;

    /// The line about an entry at which its partition ended.
    fn unreadable_line(entry: &Self::Unreadable, function: Option<Arc<str>>, request_id: &Arc<str>)
    -> history::Process;

    /// Adds what the span of a record says of the system, of where the record came from, and of its position there.
    fn add_span_attributes(record: &Record, attributes: &mut Vec<KeyValue>);

    /// The same of records that are handed over as one, of which this is the first.
    fn batch_attributes(first: &Record) -> Vec<KeyValue>;

    /// What the metrics of a stream say of it and of the system.
    fn metric_attributes(stream: &Arc<str>) -> Vec<KeyValue>;
}

/// Why a record is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The business code failed, panicked or was cut off, or the record cannot be read.
    Failed,
    /// Time was up before the record was begun or, of an aggregate, before all of it was.
    OutOfTime,
}
