//! Why an invocation fails as a whole, whichever transport the event was of.

use std::fmt;

use lambda_runtime::Diagnostic;

use crate::{kafka, kinesis};

/// The invocation fails, and Lambda takes no record of the batch for done.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// Of records of Kinesis.
    #[error(transparent)]
    Kinesis(kinesis::BatchError),
    /// Of records of Kafka.
    #[error(transparent)]
    Kafka(kafka::BatchError),
}

/// The Lambda runtime logs it.
impl fmt::Debug for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kinesis(error) => error.fmt(f),
            Self::Kafka(error) => error.fmt(f),
        }
    }
}

impl From<EventError> for Diagnostic {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Kinesis(error) => error.into(),
            EventError::Kafka(error) => error.into(),
        }
    }
}
