//! What an invocation has done. A transport may send it again together with what is left.

use std::sync::{Mutex, PoisonError};

use crate::record::Record;

/// The records that the business code is done with, in the order in which it was. They share their bytes with the event.
#[derive(Debug, Default)]
pub(crate) struct Done(Mutex<Vec<Record>>);

impl Done {
    pub(crate) fn add(&self, record: Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }

    pub(crate) fn into_records(self) -> Vec<Record> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of an event before its records are begun.
pub(crate) struct Known<'a, W> {
    /// Done by an earlier invocation: they have lines and spans, and are not handed over.
    pub(crate) repeats: Vec<W>,
    /// Where it is wanted what this invocation does.
    pub(crate) done: Option<&'a Done>,
}

/// Nothing, and nothing is wanted.
impl<W> Default for Known<'_, W> {
    fn default() -> Self {
        Self { repeats: Vec::new(), done: None }
    }
}
