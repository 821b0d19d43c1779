//! What the checker says in the end.

use std::fmt;

use serde::Serialize;

use super::property::Property;
use super::totals::Totals;

/// What a verdict comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Every property holds on a history that is complete.
    Holds,
    /// A property does not.
    Violated,
    /// What there is of the history violates nothing, but there is something missing.
    Incomplete,
}

/// The findings on every property, and how much they rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Every acknowledged record was processed.
    pub no_loss: Property,
    /// Every record is where its group belongs.
    pub placement: Property,
    /// The stream has the order of production.
    pub stream_order: Property,
    /// Processing had it, too.
    pub process_order: Property,
    /// No group was processed twice at a time.
    pub no_overlap: Property,
    /// The payloads arrived as they were sent.
    pub non_interference: Property,
    /// Every processing belongs to the trace its record was produced in.
    pub trace: Property,
    /// How much was looked at.
    pub totals: Totals,
}

impl Verdict {
    /// In the order in which a record would run into them.
    pub fn properties(&self) -> [&Property; 7] {
        let Self { no_loss, placement, stream_order, process_order, no_overlap, non_interference, trace, .. } = self;
        [no_loss, placement, stream_order, process_order, no_overlap, non_interference, trace]
    }

    /// What it comes to.
    pub fn conclusion(&self) -> Conclusion {
        if self.properties().into_iter().any(|property| !property.holds()) {
            Conclusion::Violated
        } else if self.holds() {
            Conclusion::Holds
        } else {
            Conclusion::Incomplete
        }
    }

    /// Whether every property holds, on a history in which something was acknowledged and processed: a checker that
    /// passes on nothing proves nothing.
    pub fn holds(&self) -> bool {
        self.totals.acknowledged > 0 && self.totals.processed > 0 && self.properties().into_iter().all(Property::holds)
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
        for Property { name: n, meaning: m, checked, violations, .. } in self.properties() {
            let verdict = match (checked, violations) {
                (0, _) => "nothing to check",
                (_, 0) => "holds",
                _ => "VIOLATED",
            };
            writeln!(f, "{n:name$} | {m:meaning$} | {checked:>8} | {violations:>10} | {verdict}")?;
        }
        write!(f, "\n{}", self.totals)?;
        for property in self.properties().into_iter().filter(|property| !property.holds()) {
            write!(f, "\n\n{}, {} of {}:", property.name, property.violations, property.checked)?;
            property.examples.iter().try_for_each(|example| write!(f, "\n  {example}"))?;
        }
        Ok(())
    }
}
