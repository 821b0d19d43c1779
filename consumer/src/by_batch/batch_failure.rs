//! How a batch fails.

use std::error::Error;
use std::fmt;

use crate::failure::Failure;

/// How far a batch got, and why not further.
///
/// * [`at`](Self::at): the records before this index are done, and the one there failed, or is to be skipped.
/// * Every error turns into one with `?`, and so does [`retry`](Self::retry): nothing is done.
///
/// Of a failure that is to come again, Lambda starts again at the record that it names. If that record is to be skipped, the
/// handler is called again with the records after it.
///
/// A [`Failure`] does not turn into one with `?`: it is about a record, so say which.
///
/// ```compile_fail
/// use kinetrace_consumer::{Batch, BatchFailure, Failure};
///
/// async fn store(batch: Batch) -> Result<(), BatchFailure> {
///     for record in &batch {
///         let flight: serde_json::Value = record.json().map_err(Failure::skip)?;
///         # let _ = flight;
///     }
///     Ok(())
/// }
/// ```
///
/// ```
/// use kinetrace_consumer::{Batch, BatchFailure, Failure};
///
/// async fn store(batch: Batch) -> Result<(), BatchFailure> {
///     for (index, record) in batch.iter().enumerate() {
///         let flight: serde_json::Value =
///             record.json().map_err(|error| BatchFailure::at(index, Failure::skip(error)))?;
///         # let _ = flight;
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct BatchFailure {
    pub(crate) index: usize,
    pub(crate) failure: Failure,
}

impl BatchFailure {
    /// The records before `index` are done. The record there is not, and nothing after it: it failed, or is to be skipped, as
    /// `failure` says.
    ///
    /// If the batch has no such record, nothing of it counts as done, and its first record fails: it comes again, even if
    /// `failure` was to skip.
    pub fn at(index: usize, failure: impl Into<Failure>) -> Self {
        Self { index, failure: failure.into() }
    }

    /// Nothing is done, and the batch comes again. The error is a sentence, or what turns into a boxed error without being
    /// one, such as that of the crate `anyhow`: `.map_err(BatchFailure::retry)?`. Others turn into it with `?`.
    pub fn retry(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { index: 0, failure: Failure::retry(error) }
    }

    /// How many records are done; the one that failed is at this index.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Why that record failed.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for BatchFailure {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}

impl fmt::Display for BatchFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at index {}: {}", self.index, self.failure)
    }
}

impl fmt::Debug for BatchFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
