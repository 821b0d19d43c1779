//! The envelope of [`format::envelope`](crate::format::envelope) around the payload of a record.

use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::order::Order;
use crate::format::envelope::{is_envelope, wrap};
use crate::format::json_text::Known;
use crate::kinesis::kpl;
use crate::kinesis::record::Record;

pub(crate) fn inject(
    record: &mut Record,
    known: Known,
    fields: &Fields,
    order: Option<Order>,
    limit: usize,
) -> Injection {
    if fields.is_empty() && order.is_none() {
        return Injection::NoContext;
    }
    // No reader could de-aggregate a wrapped aggregate: its magic bytes must stay at the front.
    if record.data.starts_with(&kpl::MAGIC) {
        return Injection::Unsupported;
    }
    if is_envelope(&record.data) {
        return Injection::AlreadyPresent;
    }
    let Some(data) = wrap(&record.data, known, fields, order) else {
        return Injection::Unsupported;
    };
    if data.len() + record.partition_key.len() > limit {
        return Injection::TooLarge;
    }
    record.data = data;
    if fields.is_empty() { Injection::NoContext } else { Injection::Injected }
}

#[cfg(test)]
mod tests;
