//! Templates that cannot be run.

use std::io;
use std::path::PathBuf;

use super::super::deployment::mapping_properties::PropertiesError;
use super::super::program::MissingPrograms;
use super::document::DocumentError;
use super::evaluation_error::EvaluationError;
use super::parameters::ParameterError;
use super::rules::RuleError;
use super::samconfig::SamConfigError;

/// A template that cannot be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("cannot read --template {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("--template {path}: {source}")]
    Document { path: PathBuf, source: DocumentError },
    #[error("--template {path}: {what}")]
    NotATemplate { path: PathBuf, what: &'static str },
    #[error("--config-env {name}: {source}")]
    SamConfig { name: String, source: Box<SamConfigError> },
    #[error("--template {path}: {source}")]
    Parameter { path: PathBuf, source: ParameterError },
    #[error("--template {path}: {source}")]
    Rule { path: PathBuf, source: RuleError },
    #[error("--template {path}: {source}")]
    Evaluation { path: PathBuf, source: EvaluationError },
    #[error("--template {path}: {place}: {source}")]
    Mapping { path: PathBuf, place: String, source: Box<PropertiesError> },
    #[error("--template {path}: {source}")]
    Programs { path: PathBuf, source: MissingPrograms },
}
