//! The member of [`format::datadog_member`](crate::format::datadog_member) spliced into the payload of a record.

use super::spliced::{self, Spliced};
use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::format::datadog_member::{NAME, written};
use crate::format::json_text::Known;
use crate::kinesis::record::Record;

const FORMAT: Spliced = Spliced { name: NAME, names: &[NAME], written, can_be_told_apart: |_, _| true };

pub(crate) fn inject(record: &mut Record, known: Known, fields: &Fields, limit: usize) -> Injection {
    spliced::inject(&FORMAT, record, known, fields, limit)
}

#[cfg(test)]
mod tests;
