//! How much is published, and how often.

#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    divisor: usize,
    pub(crate) repetitions: usize,
}

impl Size {
    pub(crate) const FULL: Size = Size { divisor: 1, repetitions: 5 };

    /// Shows that everything works, and nothing of speed or memory.
    pub(crate) const SMOKE: Size = Size { divisor: 500, repetitions: 1 };

    /// Of as many as the full size has.
    pub(crate) fn records(self, full: usize) -> usize {
        full.div_ceil(self.divisor)
    }

    /// What a ratio is worth, next to its bar.
    pub(crate) fn verdict(self, is_met: bool) -> &'static str {
        match (self.divisor, is_met) {
            (1, true) => "met",
            (1, false) => "MISSED",
            _ => "too few records to say",
        }
    }
}
