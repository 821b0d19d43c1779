//! Flags that cannot be followed.

use super::super::deployment::mapping_properties::PropertiesError;
use super::super::program::{Missing, MissingPrograms};
use super::super::template::TemplateError;

/// A flag that is wrong, or what it names.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FlagError {
    #[error(
        "there is nothing to run: name a template with --template FILE, or a function with --function NAME=PATH or \
         --command 'python3 -m awslambdaric app.handler'"
    )]
    Nothing,
    #[error("{0} is for a template: name it with --template FILE")]
    WithoutTemplate(&'static str),
    #[error("{flag} {text}: {what}")]
    Value { flag: &'static str, text: String, what: String },
    #[error(transparent)]
    Program(#[from] Missing),
    #[error(transparent)]
    Programs(#[from] MissingPrograms),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Properties(#[from] PropertiesError),
}

impl FlagError {
    pub(super) fn value(flag: &'static str, text: &str, what: impl Into<String>) -> Self {
        Self::Value { flag, text: text.to_owned(), what: what.into() }
    }
}
