//! What a span says of an error of librdkafka.

use std::borrow::Cow;

use ::rdkafka::error::KafkaError;

use crate::failure::Failure;

/// `error.type` where there is no better one, by the semantic conventions.
const OTHER: &str = "_OTHER";

pub(super) fn failure(error: &KafkaError) -> Failure {
    let kind = match error {
        KafkaError::Canceled => return canceled(),
        KafkaError::Nul(_) => Cow::Borrowed("Nul"),
        // The name of a code, of which there are a hundred or so.
        other => other.rdkafka_error_code().map_or(Cow::Borrowed(OTHER), |code| format!("{code:?}").into()),
    };
    Failure::new(kind, error)
}

/// The producer was dropped first.
pub(super) fn canceled() -> Failure {
    Failure::new("Canceled", KafkaError::Canceled)
}
