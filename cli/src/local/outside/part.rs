//! The records within the data of a Kinesis record, as far as a line names them.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::history::TraceIds;
use kinetrace::{Order, Propagators, Reader};
use opentelemetry::trace::TraceContextExt as _;

/// One record: the only one, or one of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::local) struct Part {
    pub(in crate::local) key: Arc<str>,
    /// Its place in the aggregate.
    pub(in crate::local) sub_sequence_number: Option<u64>,
    /// Its producer's count, if it carries one.
    pub(in crate::local) order: Option<Order>,
    pub(in crate::local) context: Option<TraceIds>,
    pub(in crate::local) payload_crc32: u32,
}

/// Takes the data apart as a consumer with the default settings does.
pub(in crate::local) fn parts(data: &Bytes, partition_key: &str, propagators: &Propagators) -> Vec<Part> {
    let outer: Arc<str> = partition_key.into();
    let records = Reader::default().records(data.clone(), Some(Arc::clone(&outer)));
    let part = |place| {
        let record = records.get(place)?;
        let context = propagators.extract(&record.fields);
        let (key, sub_sequence_number) = match record.user_record {
            Some(user) => (user.partition_key, Some(user.sub_sequence_number)),
            None => (Arc::clone(&outer), None),
        };
        Some(Part {
            key,
            sub_sequence_number,
            order: record.order,
            context: TraceIds::of(context.span().span_context()),
            payload_crc32: crc32fast::hash(&record.payload),
        })
    };
    (0..records.len()).filter_map(part).collect()
}
