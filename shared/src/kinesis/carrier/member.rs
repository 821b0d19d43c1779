//! The members of [`format::member`](crate::format::member) spliced into the payload of a record.

use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::traceparent;
use crate::format::member::{can_be_told_apart, splice};
use crate::format::members::Members;
use crate::kinesis::record::Record;

pub(crate) fn inject(record: &mut Record, fields: &Fields, limit: usize) -> Injection {
    if fields.is_empty() {
        return Injection::NoContext;
    }
    let Some(members) = Members::of(&record.data) else {
        return Injection::Unsupported;
    };
    if members.get(traceparent::NAME).is_some() {
        return Injection::AlreadyPresent;
    }
    if !fields.name_a_trace() || !can_be_told_apart(fields, &members) {
        return Injection::Unsupported;
    }
    let Some(data) = splice(&members, fields) else {
        return Injection::Unsupported;
    };
    if data.len() + record.partition_key.len() > limit {
        return Injection::TooLarge;
    }
    record.data = data;
    Injection::Injected
}

#[cfg(test)]
mod tests;
