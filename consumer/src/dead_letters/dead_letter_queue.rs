//! Where records are kept that are skipped.

use std::future::Future;

use super::dead_letter::DeadLetter;
use crate::failure::Failure;

/// Keeps records that are skipped. An async function or closure of a [`DeadLetter`] is one.
///
/// ```
/// use kinetrace_consumer::Failure;
/// use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetterQueue};
///
/// struct File(std::path::PathBuf);
///
/// impl DeadLetterQueue for File {
///     async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
///         let name = format!("{}-{}", letter.record.shard_id, letter.record.sequence_number);
///         std::fs::write(self.0.join(name), &letter.record.payload)?;
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no dead letters",
    note = "what does is `async fn keep(letter: DeadLetter) -> Result<(), Failure>`, or a type that implements `DeadLetterQueue`"
)]
pub trait DeadLetterQueue: Send + Sync + 'static {
    /// Keeps the record. Once this is done without an error, the record is skipped, and nothing else keeps it but the
    /// stream. Of an error, [`retry`](Failure::retry) and [`skip`](Failure::skip) mean the same here: the record comes again.
    ///
    /// It is cut off with the handler, shortly before the invocation's deadline.
    fn send(&self, letter: DeadLetter) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl<F, T, E> DeadLetterQueue for F
where
    F: Fn(DeadLetter) -> T + Send + Sync + 'static,
    T: Future<Output = Result<(), E>> + Send,
    E: Into<Failure>,
{
    async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
        self(letter).await.map_err(Into::into)
    }
}
