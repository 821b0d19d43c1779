//! What a record is about, as far as that is known.

/// By which records are taken to belong together. Only this crate can name it, as it does [`Transport`](crate::transport::Transport).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key<'a> {
    Text(&'a str),
    /// It has none. Records without a key belong together.
    None,
    /// It has one which is not told: it may belong with any other record.
    Unknown,
}
