//! What the reader of a format is given.

use std::cell::OnceCell;

use crate::format::members::Members;

/// The data of a record, of a format yet to be found.
#[derive(Debug)]
pub(crate) struct Data<'a> {
    bytes: &'a [u8],
    /// Many formats are members of a JSON object; it is looked through once for all of them, and only if one asks.
    members: OnceCell<Option<Members<'a>>>,
}

impl<'a> Data<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, members: OnceCell::new() }
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The members of the object, if the data is a JSON object.
    pub(crate) fn members(&self) -> Option<&Members<'a>> {
        self.members.get_or_init(|| Members::of(self.bytes)).as_ref()
    }

    /// Without the members of these names.
    pub(crate) fn without(&self, names: &[&str]) -> Vec<u8> {
        self.members().map_or_else(|| self.bytes.to_vec(), |members| members.without(names))
    }
}
