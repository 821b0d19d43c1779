//! What a file gave.

use crate::collector::span::Span;

/// The spans of a file, in its order.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ReadSpans {
    /// Those that are whole.
    pub spans: Vec<Span>,
    /// Lines of spans of which only a part is there, so that nothing of them is in `spans`.
    pub cut_lines: usize,
}
