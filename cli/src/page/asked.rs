//! A command that is given on the page.

use tokio::sync::oneshot;

/// A command in words, and where its answer goes.
#[derive(Debug)]
#[allow(dead_code, reason = "a skeleton")]
pub(crate) struct Asked {
    pub(crate) text: String,
    /// What was done, or why not.
    pub(crate) answer: oneshot::Sender<Result<String, String>>,
}
