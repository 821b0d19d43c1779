//! How many items there are.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    is_full: bool,
}

impl Size {
    pub(crate) const FULL: Size = Size { is_full: true };

    /// Shows that everything works, and nothing of growth.
    pub(crate) const SMOKE: Size = Size { is_full: false };

    pub(crate) fn is_full(self) -> bool {
        self.is_full
    }

    /// From `first` to `last`, each ten times as many as the one before.
    pub(crate) fn decades(self, first: usize, last: usize) -> Vec<usize> {
        let last = if self.is_full { last } else { first.min(10) };
        let first = first.min(last);
        std::iter::successors(Some(first), |items| Some(items * 10)).take_while(|items| *items <= last).collect()
    }
}
