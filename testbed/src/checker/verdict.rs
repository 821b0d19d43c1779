//! What the checker says in the end.

use std::fmt;

use serde::Serialize;

use super::completeness::Completeness;
use super::forgotten::Forgotten;
use super::property::Property;
use super::totals::Totals;
use super::{no_loss, no_overlap, non_interference, placement, process_order, stream_order, trace};

/// What a verdict comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Every property holds on a history that is complete.
    Holds,
    /// A property does not.
    Violated,
    /// What there is of the history violates nothing, but something is missing.
    Incomplete,
}

/// The findings on every property, and how much they rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Every acknowledged record was processed.
    pub no_loss: Property,
    /// Every record is where its key belongs.
    pub placement: Property,
    /// The stream has the order of production.
    pub stream_order: Property,
    /// Processing had it, too.
    pub process_order: Property,
    /// No key was processed twice at a time.
    pub no_overlap: Property,
    /// The payloads arrived as they were sent.
    pub non_interference: Property,
    /// Every processing belongs to the trace its record was produced in.
    pub trace: Property,
    /// What the history does not say.
    pub completeness: Completeness,
    /// How much was looked at.
    pub totals: Totals,
    /// What came so late that it could not be checked in full.
    pub forgotten: Forgotten,
}

impl Verdict {
    /// Of no history at all, with so many violations of each property to be named.
    pub(super) fn new(most_named: usize) -> Self {
        Self {
            no_loss: no_loss::property().naming(most_named),
            placement: placement::property(false).naming(most_named),
            stream_order: stream_order::property().naming(most_named),
            process_order: process_order::property().naming(most_named),
            no_overlap: no_overlap::property().naming(most_named),
            non_interference: non_interference::property().naming(most_named),
            trace: trace::property().naming(most_named),
            completeness: Completeness::default(),
            totals: Totals::default(),
            forgotten: Forgotten::default(),
        }
    }

    /// In the order in which a record would run into them.
    pub fn properties(&self) -> [&Property; 7] {
        let Self { no_loss, placement, stream_order, process_order, no_overlap, non_interference, trace, .. } = self;
        [no_loss, placement, stream_order, process_order, no_overlap, non_interference, trace]
    }

    /// What it comes to. A history in which nothing was acknowledged and processed proves nothing, so it is not complete.
    pub fn conclusion(&self) -> Conclusion {
        let proves = self.totals.acknowledged > 0 && self.totals.processed > 0;
        if !self.properties().into_iter().all(Property::holds) {
            Conclusion::Violated
        } else if self.completeness.is_complete() && proves {
            Conclusion::Holds
        } else {
            Conclusion::Incomplete
        }
    }

    /// Whether every property holds, on a history that is complete and proves something.
    pub fn holds(&self) -> bool {
        self.conclusion() == Conclusion::Holds
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |cell: fn(&Property) -> usize| self.properties().into_iter().map(cell).max().unwrap_or_default();
        let (name, meaning) = (width(|it| it.name.chars().count()), width(|it| it.meaning.chars().count()));
        writeln!(
            f,
            "{:name$} | {:meaning$} | {:>8} | {:>10} | verdict",
            "property", "meaning", "checked", "violations"
        )?;
        writeln!(f, "{:-<name$}-+-{:-<meaning$}-+-{:-<8}-+-{:-<10}-+-{:-<16}", "", "", "", "", "")?;
        for property in self.properties() {
            let Property { name: n, meaning: m, checked, violations, .. } = property;
            writeln!(f, "{n:name$} | {m:meaning$} | {checked:>8} | {violations:>10} | {}", word(property))?;
        }
        write!(f, "\n{}{}", self.totals, self.forgotten)?;
        for Property { name, within_tolerance, checked, .. } in self.properties() {
            if *within_tolerance > 0 {
                write!(f, "\n{name}: {within_tolerance} of {checked} within the clocks' tolerance")?;
            }
        }
        for property in self.properties().into_iter().filter(|property| !property.holds()) {
            write!(f, "\n\n{}, {} of {}:", property.name, property.violations, property.checked)?;
            property.examples.iter().try_for_each(|example| write!(f, "\n  {example}"))?;
        }
        self.completeness.fmt(f)
    }
}

fn word(property: &Property) -> &'static str {
    match (property.checked, property.violations) {
        (0, _) => "nothing to check",
        (_, 0) => "holds",
        _ => "VIOLATED",
    }
}
