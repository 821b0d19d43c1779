//! Why a record was not processed, as spans, metrics, lines and logs tell it.

use std::any::Any;
use std::borrow::Cow;

use kinetrace::__private::{JsonFault, MAX_TEXT, one_line, panic_message};
use kinetrace::SequenceNumber;
use kinetrace::history::ProcessOutcome;

use crate::failure::Failure;

/// The business code failed, panicked, took too long, or had the record skipped.
#[derive(Debug, Clone)]
pub(crate) struct CallFailure {
    pub(crate) outcome: ProcessOutcome,
    pub(crate) error_type: &'static str,
    pub(crate) message: String,
}

impl CallFailure {
    pub(crate) fn of(failure: &Failure) -> Self {
        if failure.is_skip() {
            let outcome = ProcessOutcome::SkippedByHandler;
            return Self { outcome, ..Self::new("skipped", failure.to_string()) };
        }
        Self::new("failure", failure.to_string())
    }

    /// The business code panicked.
    pub(crate) fn panic(panic: &(dyn Any + Send)) -> Self {
        Self::new("panic", format!("panicked: {}", JsonFault::unquoted(panic_message(panic))))
    }

    /// The business code took too long.
    pub(crate) fn deadline() -> Self {
        Self::new("deadline", "cut off because the invocation's time was up".to_owned())
    }

    /// The batch ended at an earlier record, so that nobody knows what the business code did with this one.
    pub(crate) fn not_reached(at: &SequenceNumber) -> Self {
        let message = format!("not done, for its batch ended at record {at}");
        Self { outcome: ProcessOutcome::NotReached, ..Self::new("not_reached", message) }
    }

    /// The message may quote a service or a payload. It goes into a log line and a span's status, whose length is limited
    /// by others: CloudWatch cuts a line of more than 1 MB, and then nobody can read it.
    pub(crate) fn new(error_type: &'static str, message: String) -> Self {
        let message = match one_line(&message, MAX_TEXT) {
            Cow::Borrowed(_) => message,
            Cow::Owned(line) => line,
        };
        Self { outcome: ProcessOutcome::Failed, error_type, message }
    }

    /// To the log of the business code: without a line, and without spans, nothing else would say why.
    pub(crate) fn tell(&self, shard_id: &str, sequence_number: &SequenceNumber) {
        let Self { outcome, error_type, message } = self;
        match outcome {
            ProcessOutcome::SkippedByHandler => {
                tracing::warn!(shard_id, %sequence_number, reason = message, "the handler skipped a record");
            }
            // Of a thousand records with one that failed, only that one is reported.
            ProcessOutcome::NotReached => {}
            _ => tracing::error!(shard_id, %sequence_number, error = message, error_type, "a record failed"),
        }
    }
}
