//! The context in the tags of a user record inside an aggregated record.

use crate::context::fields::Fields;
use crate::context::order::Order;
use crate::format::data::Data;
use crate::format::found::{Found, Payload};
use crate::format::name::Format;

/// The tag that is not a field of the context: the producer's count, as in an envelope.
const ORDER: &str = "order";

/// The tags that carry the fields and the count; `None` if the count cannot be written.
pub(crate) fn of(fields: &Fields, order: Option<Order>) -> Option<Vec<(String, String)>> {
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
