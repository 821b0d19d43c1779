//! Parts of a template that cannot be evaluated.

/// A part of the template that comes to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub(crate) struct EvaluationError {
    /// Such as `Resources.Consumer.Properties.Timeout`.
    pub(crate) place: String,
    pub(crate) what: String,
}
