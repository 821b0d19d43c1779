//! Logarithmic axes.

/// From values to places, each power of ten as wide as the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Exponents of ten.
    first: i32,
    last: i32,
    from: f64,
    to: f64,
}

impl Scale {
    /// That has all of these values between two places of a picture. Values below `least` are shown as that.
    pub(crate) fn around(values: impl Iterator<Item = f64> + Clone, (from, to): (f64, f64)) -> Self {
        let exponents = values.filter(|value| *value > 0.0).map(f64::log10);
        // Powers of ten are whole numbers but for what is rounded.
        let first = exponents.clone().fold(f64::INFINITY, f64::min) + 1e-9;
        let last = exponents.fold(f64::NEG_INFINITY, f64::max) - 1e-9;
        let (first, last) = if first <= last { (first.floor(), last.ceil()) } else { (0.0, 1.0) };
        #[allow(clippy::cast_possible_truncation, reason = "logarithms of what a machine can count are small")]
        let (first, last) = (first as i32, (last as i32).max(first as i32 + 1));
        Self { first, last, from, to }
    }

    pub(crate) fn place(&self, value: f64) -> f64 {
        let exponent = value.max(10_f64.powi(self.first)).log10();
        let share = (exponent - f64::from(self.first)) / f64::from(self.last - self.first);
        self.from + share * (self.to - self.from)
    }

    /// The powers of ten, no more than there is room for.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = f64> {
        let step = if self.last - self.first > 7 { 2 } else { 1 };
        (self.first..=self.last).step_by(step).map(|exponent| 10_f64.powi(exponent))
    }
}
