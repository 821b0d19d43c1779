//! Filters that AWS would refuse.

/// Why a mapping with these filters cannot be created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// There are too many.
    #[error("FilterCriteria has {given} filters; a mapping may have {quota}, and 10 where that quota was raised")]
    TooMany {
        /// How many there are.
        given: usize,
        /// How many there may be.
        quota: usize,
    },
    /// A pattern is not one.
    #[error("the Pattern of filter {number} in FilterCriteria is refused: {reason}")]
    Refused {
        /// Which filter, from 1.
        number: usize,
        /// What is wrong with it, and where.
        reason: String,
    },
}
