//! The span and the headers of one record.

use ::rdkafka::error::{KafkaError, RDKafkaErrorCode};
use ::rdkafka::message::OwnedHeaders;
use opentelemetry::Context;

use super::header_list::Rebuilt;
use crate::outgoing::Outgoing;
use crate::propagation::Propagation;
use crate::send_span::SendSpan;

/// The headers that a record had before, if they were changed, so that it goes back to its caller as it came.
#[derive(Debug)]
pub(super) struct Before(Option<Option<OwnedHeaders>>);

impl Before {
    /// Takes the context off the record again.
    pub(super) fn restore(&mut self, headers: &mut Option<OwnedHeaders>) {
        if let Some(before) = self.0.take() {
            *headers = before;
        }
    }
}

/// Begins the span of a record, and puts its context into the record's headers.
pub(super) fn begin(
    parent: &Context,
    record: Outgoing<'_>,
    headers: &mut Option<OwnedHeaders>,
    propagation: &Propagation,
) -> (SendSpan, Before) {
    let mut span = SendSpan::start(parent, record, propagation);
    let injected = span.inject(record, propagation, || Rebuilt(headers.clone().unwrap_or_default()));
    let before = injected.map(|Rebuilt(list)| headers.replace(list));
    (span, Before(before))
}

/// Whether the client refuses a record only because of what was added to it.
pub(super) fn is_too_large(error: &KafkaError) -> bool {
    *error == KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge)
}

/// Whether a record may be queued later.
pub(super) fn is_full(error: &KafkaError) -> bool {
    *error == KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull)
}
