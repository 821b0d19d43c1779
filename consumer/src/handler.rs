//! The business code, and how it fails.

use std::error::Error;
use std::fmt;
use std::future::Future;

use kinetrace::Causes;

use crate::record::Record;

/// Something that processes records one at a time. Every `async fn(Record) -> Result<(), E>` does.
pub trait Handler: Send + Sync + 'static {
    /// Processes one record. What it opens by `tracing` or OpenTelemetry lands below the record's process span.
    ///
    /// Everything must be done when the future is ready: a task left behind would run beside the next records of the
    /// same group, or not until Lambda thaws the process.
    fn handle(&self, record: Record) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl<F, T, E> Handler for F
where
    F: Fn(Record) -> T + Send + Sync + 'static,
    T: Future<Output = Result<(), E>> + Send,
    E: Into<Failure>,
{
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        self(record).await.map_err(Into::into)
    }
}

/// Why a record could not be processed. It is not lost: Lambda sends it again, and nothing behind it before it.
///
/// Every error turns into one with `?`.
pub struct Failure(Box<dyn Error + Send + Sync>);

impl Failure {
    /// A failure that is only a sentence.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into().into())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The error and its sources, on one line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Causes(self.0.as_ref()).fmt(f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
