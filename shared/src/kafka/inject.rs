//! Writing: a context becomes headers.

use super::extract::extract;
use super::header_list::HeaderList;
use super::names::{contain, replaced_by};
use super::order_header;
use super::size::header_size;
use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::order::Order;
use crate::format::name::Format;

/// Puts `fields` into the headers of a record, one header each, or leaves the headers as they were and says why.
///
/// A context of an earlier hop is replaced: every header goes whose name is that of a field, whatever its case, or that says
/// something about the same earlier span, such as a `tracestate` where the fields have none. All others keep their order and
/// their bytes. So a program that passes headers on need not look for contexts in them; its own spans are children of those
/// that it read.
///
/// `order` is for a publisher that promises order. It travels even without a context. A count of another publisher is removed.
///
/// `room` is how many bytes of headers fit in addition to those that are there: see [`room`](super::room). What is replaced makes
/// room.
///
/// The result is never [`AlreadyPresent`](Injection::AlreadyPresent) or [`Unsupported`](Injection::Unsupported).
pub fn inject(headers: &mut impl HeaderList, fields: &Fields, order: Option<Order>, room: usize) -> Injection {
    if fields.is_empty() && order.is_none() {
        return Injection::NoContext;
    }
    let replaced = replaced_by(fields);
    let added = added(fields, order);
    if !fits(headers, &replaced, &added, room) {
        return Injection::TooLarge;
    }
    headers.retain(|name| !contain(&replaced, name));
    for (name, value) in added {
        headers.push(&name, value.as_bytes());
    }
    if fields.is_empty() { Injection::NoContext } else { Injection::Injected }
}

/// As [`inject`], but a record that carries a context keeps it, and the answer is
/// [`AlreadyPresent`](Injection::AlreadyPresent): for programs that hand on records of others without a span of their own.
///
/// The `ce_traceparent` of CloudEvents does not count. It tells where the event came from, and not the last hop.
pub fn inject_unless_present(
    headers: &mut impl HeaderList,
    fields: &Fields,
    order: Option<Order>,
    room: usize,
) -> Injection {
    let present = extract(headers);
    if present.fields.name_a_trace() && present.format != Format::CloudEventsHeaders {
        return Injection::AlreadyPresent;
    }
    inject(headers, fields, order, room)
}

/// Names in lower case and values. Of fields whose names differ in case only, the last.
fn added(fields: &Fields, order: Option<Order>) -> Vec<(String, String)> {
    let mut added: Vec<(String, String)> = Vec::new();
    for (name, value) in fields.iter() {
        let name = name.to_ascii_lowercase();
        added.retain(|(own, _)| *own != name);
        added.push((name, value.to_owned()));
    }
    added.extend(order.map(|order| (order_header::NAME.to_owned(), order_header::value(order))));
    added
}

fn fits(headers: &impl HeaderList, replaced: &[&str], added: &[(String, String)], room: usize) -> bool {
    let removed = headers.iter().filter(|(name, _)| contain(replaced, name));
    let freed: usize = removed.map(|(name, value)| header_size(name, value)).sum();
    let needed: usize = added.iter().map(|(name, value)| header_size(name, Some(value.as_bytes()))).sum();
    needed <= room.saturating_add(freed)
}

#[cfg(test)]
mod tests;
