//! Why a batch goes to the function.

/// Why a batch goes to the function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Its records have not been there before.
    #[default]
    Fresh,
    /// An invocation with them failed, or left them undone.
    Retry,
    /// It is a half of a batch that failed.
    Bisected,
    /// It was done, and comes once more: Lambda promises at least once.
    Redelivery,
    /// A tumbling window ends.
    Window,
}
