//! What a record carries, as far as its bytes tell.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::{Extraction, Propagators, Reader};
use opentelemetry::trace::SpanContext;

use crate::inspect::propagator::{EVERY, Named};

/// One record in the data of a Kinesis record.
#[derive(Debug)]
pub(super) struct Carried {
    /// Its place in the aggregate.
    pub(super) sub: Option<u64>,
    /// That of a record in an aggregate.
    pub(super) key: Option<Arc<str>>,
    pub(super) format: &'static str,
    pub(super) span: Option<SpanContext>,
}

/// Reads the bytes of records, of every format and by every propagator.
#[derive(Debug)]
pub(in crate::page) struct Reading {
    pub(in crate::page) reader: Reader,
    /// `None` is never the case: the list is well-formed.
    pub(in crate::page) propagators: Option<Propagators>,
}

impl Default for Reading {
    fn default() -> Self {
        Self { reader: Reader::default(), propagators: Propagators::parse(EVERY).ok() }
    }
}

impl Reading {
    /// The records in some data: one, or those of an aggregate.
    pub(super) fn carried(&self, data: &Bytes, key: &str) -> Vec<Carried> {
        let extractions = self.reader.records(data.clone(), Some(key.into()));
        extractions.into_iter().map(|extraction| self.read(&extraction)).collect()
    }

    fn read(&self, extraction: &Extraction) -> Carried {
        let own = extraction.user_record.as_ref();
        let named = self.propagators.as_ref().and_then(|every| Named::by(every, &extraction.fields));
        Carried {
            sub: own.map(|own| own.sub_sequence_number),
            key: own.map(|own| Arc::clone(&own.partition_key)),
            format: extraction.format.name(),
            span: named.map(|named| named.span),
        }
    }
}
