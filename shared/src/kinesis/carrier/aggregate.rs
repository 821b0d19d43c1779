//! An aggregated record of one user record, whose tags are the context.
//!
//! The Kinesis record keeps its own partition key: the KPL's habit of calling every aggregate `a` would put all groups
//! of a shard into one. The user record has the same key and hash key, since readers of the KCL compare them with the
//! range of the shard and drop what lies outside.

use bytes::Bytes;

use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::order::Order;
use crate::kinesis::kpl::{self, UserRecord};
use crate::kinesis::record::Record;
use crate::kinesis::tags;

pub(crate) fn inject(record: &mut Record, fields: &Fields, order: Option<Order>, limit: usize) -> Injection {
    if fields.is_empty() && order.is_none() {
        return Injection::NoContext;
    }
    // Tags may come from other programs, so a reader must be able to tell that these are a context.
    if order.is_none() && !fields.name_a_trace() {
        return Injection::Unsupported;
    }
    if kpl::is_aggregate(&record.data) {
        return Injection::AlreadyPresent;
    }
    let Some(tags) = tags::of(fields, order) else {
        return Injection::Unsupported;
    };
    let data = kpl::aggregate([UserRecord {
        partition_key: record.partition_key.as_str().into(),
        explicit_hash_key: record.explicit_hash_key,
        data: Bytes::copy_from_slice(&record.data),
        tags,
    }]);
    if data.len() + record.partition_key.len() > limit {
        return Injection::TooLarge;
    }
    record.data = data;
    if fields.is_empty() { Injection::NoContext } else { Injection::Injected }
}

#[cfg(test)]
mod tests;
