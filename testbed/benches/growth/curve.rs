//! The points of one kind of input.

use crate::Failure;
use crate::measure::{Point, measure};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<Point>,
}

impl Curve {
    /// `prepare` makes the input of so many items, which is not measured, and with it the work on it, which is.
    pub(crate) fn of<W, T>(
        name: &'static str,
        sizes: &[usize],
        prepare: impl Fn(usize) -> Result<W, Failure>,
    ) -> Result<Self, Failure>
    where
        W: FnMut() -> Result<T, Failure>,
    {
        let mut points = Vec::new();
        for items in sizes.iter().copied() {
            eprintln!("{name}: {items}");
            points.push(measure(items, prepare(items)?)?);
        }
        Ok(Self { name, points })
    }

    /// What an item takes among the most, against a tenth as many: 1 if the work is linear, and 10 if it is quadratic.
    pub(crate) fn last_decade(&self) -> Option<f64> {
        let [.., before, last] = self.points.as_slice() else { return None };
        Some(last.nanoseconds_per_item / before.nanoseconds_per_item)
    }
}
