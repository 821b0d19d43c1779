//! One line of the report.

use crate::arrived::Arrived;
use crate::case::Case;
use crate::program::Spent;

/// A case, and what came out of each round, or why nothing did.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: Case,
    pub(crate) runs: Vec<(Spent, Arrived)>,
    pub(crate) failure: Option<String>,
}
