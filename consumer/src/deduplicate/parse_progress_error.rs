//! Why a store's text is not that of what was processed.

/// A text, or bytes, that are not those of [`Progress`](super::progress::Progress).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseProgressError {
    /// The runs.
    #[error("{0:?} is not a list of ascending runs such as 0-57,59-131")]
    Runs(String),
    /// The checksums: how many bytes or digits there are.
    #[error(
        "{0} bytes are not checksums, which have 8 bytes each: one for each of the last numbers in the runs, and 10000 at most"
    )]
    Checksums(usize),
}
