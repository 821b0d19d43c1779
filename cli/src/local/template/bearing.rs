//! Which properties and resources have an effect here, and what it means that others have none.

pub(super) mod properties;
pub(super) mod resources;

/// What a property or resource means for a local run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// It is read.
    Used,
    /// It obviously cannot have any, as a role.
    None,
    /// It has an effect in AWS that it does not have here: which.
    Differs(&'static str),
}

/// What a property means here, by its table; `None` if it is not in it.
pub(super) fn of_property(table: &[(&str, Bearing)], name: &str) -> Option<Bearing> {
    table.iter().find(|(its, _)| *its == name).map(|(_, bearing)| *bearing)
}
