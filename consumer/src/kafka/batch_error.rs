//! Why an invocation fails as a whole.

use std::fmt;

use lambda_runtime::Diagnostic;

use super::event::RecordError;
use super::unfinished::{Unfinished, listed};
use crate::batch_failed;

/// The invocation fails, and the whole batch comes again. That is right for every mapping: an on-demand one retries it
/// until it succeeds or its records expire, a provisioned one as it is configured
/// (<https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>).
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Records are not done: the first of each partition.
    #[error("{}", listed(.0))]
    Unfinished(Vec<Unfinished>),
    /// A record is not done that has no readable offset or partition, so that Lambda cannot be told which one.
    #[error(
        "a record is not done that has no readable offset or partition, so the whole batch fails: Lambda cannot be told \
         which one ({0})"
    )]
    Unidentified(Box<RecordError>),
}

impl BatchError {
    /// What Lambda calls it: the `errorType` of the answer.
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Self::Unfinished(_) => "kinetrace.UnfinishedRecords",
            Self::Unidentified(_) => "kinetrace.UnidentifiedRecord",
        }
    }
}

/// The Lambda runtime logs the error of an invocation, and logs it so: the one line about it is for people.
impl fmt::Debug for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        batch_failed::debug(self.error_type(), self, f)
    }
}

impl From<BatchError> for Diagnostic {
    fn from(error: BatchError) -> Self {
        batch_failed::diagnostic(error.error_type(), &error)
    }
}
