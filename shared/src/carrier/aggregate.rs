//! An aggregated record of one user record, whose tags are the context.
//!
//! The Kinesis record keeps its own partition key: the KPL's habit of calling every aggregate `a` would put all groups
//! of a shard into one. The user record has the same key and hash key, since readers of the KCL compare them with the
//! range of the shard and drop what lies outside.

use bytes::Bytes;
use opentelemetry::propagation::Injector as _;

use super::Injection;
use crate::data::Data;
use crate::extraction::Format;
use crate::fields::Fields;
use crate::found::{Found, Payload};
use crate::kpl::{self, UserRecord};
use crate::order::Order;
use crate::record::Record;

/// The tag that is no field of the context: the producer's count, as in an envelope.
const ORDER: &str = "order";

pub(crate) fn inject(record: &mut Record, fields: &Fields, order: Option<Order>, limit: usize) -> Injection {
    if fields.is_empty() && order.is_none() {
        return Injection::NoContext;
    }
    // Tags may be anybody's, so a reader must be able to tell that these are a context.
    if order.is_none() && !fields.name_a_trace() {
        return Injection::Unsupported;
    }
    if kpl::is_aggregate(&record.data) {
        return Injection::AlreadyPresent;
    }
    let Some(tags) = tags(fields, order) else {
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

fn tags(fields: &Fields, order: Option<Order>) -> Option<Vec<(String, String)>> {
    let mut tags: Vec<_> = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if let Some(order) = order {
        tags.push((ORDER.to_owned(), serde_json::to_string(&order).ok()?));
    }
    Some(tags)
}

/// What the tags of a user record say of it.
pub(crate) fn extract<'a>(tags: Vec<(String, String)>, data: &Data<'a>) -> Option<Found<'a>> {
    let mut fields = Fields::default();
    let mut order = None;
    for (name, value) in tags {
        if name == ORDER {
            order = Order::read(&value);
        } else {
            fields.set(&name, value);
        }
    }
    let is_ours = order.is_some() || fields.name_a_trace();
    is_ours.then(|| Found { format: Format::Aggregate, fields, order, payload: Payload::Part(data.bytes()) })
}

#[cfg(test)]
mod tests;
