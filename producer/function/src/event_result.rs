//! What the answer says about one event.

use kinetrace::history::PutOutcome;
use kinetrace::{Injection, SequenceNumber};
use serde::{Serialize, Serializer};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum EventResult {
    Published {
        shard_id: String,
        sequence_number: SequenceNumber,
        #[serde(serialize_with = "name")]
        injection: Option<Injection>,
    },
    /// The outcome is `failed` where Kinesis surely does not have the event, and `unknown` where it may.
    Failed { error: String, outcome: PutOutcome },
}

impl EventResult {
    pub(crate) fn is_published(&self) -> bool {
        matches!(self, Self::Published { .. })
    }
}

/// What a caller is told who sees no results.
#[derive(Debug, thiserror::Error)]
#[error("{failed} of {all} events were not published; the first of them is event {first}: {error}")]
pub(crate) struct NotPublishedError<'a> {
    failed: usize,
    all: usize,
    /// Its place in the request, from 0.
    first: usize,
    error: &'a str,
}

impl<'a> NotPublishedError<'a> {
    /// `None` if all were published.
    pub(crate) fn of(results: &'a [EventResult]) -> Option<Self> {
        let failed = || {
            results.iter().enumerate().filter_map(|(index, result)| match result {
                EventResult::Published { .. } => None,
                EventResult::Failed { error, .. } => Some((index, error.as_str())),
            })
        };
        let (first, error) = failed().next()?;
        Some(Self { failed: failed().count(), all: results.len(), first, error })
    }
}

fn name<S: Serializer>(injection: &Option<Injection>, serializer: S) -> Result<S::Ok, S::Error> {
    match injection {
        Some(injection) => serializer.collect_str(injection),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_no_results_is_told_how_many_failed_and_which_was_the_first() {
        let published =
            EventResult::Published { shard_id: "s".to_owned(), sequence_number: "1".into(), injection: None };
        let failed = |error: &str| EventResult::Failed { error: error.to_owned(), outcome: PutOutcome::Unknown };
        let text = |results: &[EventResult]| NotPublishedError::of(results).map(|it| it.to_string());
        assert_eq!(text(&[]), None);
        assert_eq!(text(std::slice::from_ref(&published)), None);
        let expected = "2 of 3 events were not published; the first of them is event 1: no answer";
        assert_eq!(text(&[published, failed("no answer"), failed("halted")]).as_deref(), Some(expected));
    }
}
