//! The members of [`format::member`](crate::format::member) spliced into the payload of a record.

use super::spliced::{self, Spliced};
use crate::context::fields::{Fields, KNOWN};
use crate::context::injection::Injection;
use crate::context::traceparent;
use crate::format::json_text::Known;
use crate::format::member::{can_be_told_apart, written};
use crate::kinesis::record::Record;

const FORMAT: Spliced = Spliced { name: traceparent::NAME, names: &KNOWN, written, can_be_told_apart };

pub(crate) fn inject(record: &mut Record, known: Known, fields: &Fields, limit: usize) -> Injection {
    spliced::inject(&FORMAT, record, known, fields, limit)
}

#[cfg(test)]
mod tests;
