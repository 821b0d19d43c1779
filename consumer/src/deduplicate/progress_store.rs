//! Where it is remembered what was processed.

use std::future::Future;

use super::progress::Progress;
use super::series::Series;
use crate::failure::Failure;

/// Remembers what was processed of each series.
///
/// Whatever is forgotten is processed again if it comes again, and never lost. A store that is shared by two functions
/// must tell them apart, or each would skip what the other has processed.
pub trait ProgressStore: Send + Sync + 'static {
    /// What was processed; [`Progress::default`] if nothing is known.
    ///
    /// It has to be what was stored last. An older answer lets a repeat pass.
    ///
    /// # Errors
    ///
    /// The record fails before it is processed, and comes again.
    fn load(&self, series: &Series) -> impl Future<Output = Result<Progress, Failure>> + Send;

    /// Stores `after`, but only if `before` is what is stored still; otherwise nothing.
    ///
    /// # Errors
    ///
    /// The record was processed and still counts as done; a line in the log reports the error. A copy of it would be
    /// processed, too, unless `after` was stored after all. An answer that does not come by the invocation's deadline is
    /// such an error, so this may be dropped while it is in flight.
    fn advance(
        &self,
        series: &Series,
        before: &Progress,
        after: &Progress,
    ) -> impl Future<Output = Result<Advance, Failure>> + Send;

    /// What a reader of the log knows it by, for a record's error that it did not answer in time.
    fn name(&self) -> String {
        "the store of what was processed".to_owned()
    }
}

/// The result of a conditional write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advance {
    /// It is stored.
    Stored,
    /// Another writer stored something in between: this.
    Overtaken(Progress),
}
