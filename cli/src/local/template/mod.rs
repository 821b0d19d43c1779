//! What a template says is to run.
//!
//! `document` reads the text, `parameters` and `samconfig` give names their values, `evaluation` does without intrinsic
//! functions, and `resources` makes streams, functions and mappings of what is left.

mod arn;
mod bearing;
mod code;
mod document;
mod evaluation;
mod evaluation_error;
mod events;
mod functions;
mod globals;
mod intrinsic;
mod mappings;
mod notes;
mod parameters;
mod properties;
mod resources;
mod rules;
mod samconfig;
mod scalar_text;
mod scope;
mod streams;
mod template_error;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde_json::{Map, Value};

use super::deployment::Deployment;
use super::program::Overrides;
use notes::Notes;
use scope::Scope;
pub(crate) use template_error::TemplateError;

/// What the template at a path comes to.
///
/// Parameters have the values that are given, those of the section `config_env` of the samconfig next to the template, or
/// their defaults, in this order.
///
/// # Errors
/// The template cannot be read, CloudFormation would refuse it, or a function's program is not there.
pub(crate) fn deployment(
    path: &Path,
    parameters: &[(String, String)],
    config_env: Option<&str>,
    programs: &Overrides,
) -> Result<Deployment, TemplateError> {
    let text = std::fs::read_to_string(path).map_err(|source| TemplateError::Read { path: path.to_owned(), source })?;
    let template = template(path, &text)?;
    let config = config_env.map(|name| {
        let config = samconfig::read(path, name);
        config.map_err(|source| TemplateError::SamConfig { name: name.to_owned(), source: Box::new(source) })
    });
    let config = config.transpose()?.unwrap_or_default();
    let mut notes = Notes::default();
    let scope = scope(path, template, parameters, config, &mut notes)?;
    rules::check(&scope, &mut notes).map_err(|source| TemplateError::Rule { path: path.to_owned(), source })?;
    resources::deployment(&scope, path, programs, notes)
}

/// The names of a template's functions.
///
/// # Errors
/// The template cannot be read.
pub(crate) fn function_names(path: &Path) -> Result<Vec<String>, TemplateError> {
    let text = std::fs::read_to_string(path).map_err(|source| TemplateError::Read { path: path.to_owned(), source })?;
    let template = template(path, &text)?;
    let kinds = [functions::SERVERLESS, functions::LAMBDA];
    let is_function = |its: &Value| its.get("Type").and_then(Value::as_str).is_some_and(|kind| kinds.contains(&kind));
    let resources = template.get("Resources").and_then(Value::as_object).into_iter().flatten();
    Ok(resources.filter(|(_, its)| is_function(its)).map(|(name, _)| name.clone()).collect())
}

/// The text as a map with resources.
fn template(path: &Path, text: &str) -> Result<Map<String, Value>, TemplateError> {
    let path = || path.to_owned();
    let value = document::read(text).map_err(|source| TemplateError::Document { path: path(), source })?;
    match value {
        Value::Object(map) if map.get("Resources").is_some_and(Value::is_object) => Ok(map),
        Value::Object(_) => {
            Err(TemplateError::NotATemplate { path: path(), what: "there are no Resources in it: is it a template?" })
        }
        _ => Err(TemplateError::NotATemplate { path: path(), what: "this is not a template of CloudFormation or SAM" }),
    }
}

/// The template with values for its parameters.
fn scope(
    path: &Path,
    template: Map<String, Value>,
    given: &[(String, String)],
    config: samconfig::SamConfig,
    notes: &mut Notes,
) -> Result<Scope, TemplateError> {
    let none = Map::new();
    let section = template.get("Parameters").and_then(Value::as_object).unwrap_or(&none);
    let (known, unknown): (Vec<_>, Vec<_>) =
        config.parameters.into_iter().partition(|(name, _)| section.contains_key(name));
    for (name, _) in unknown {
        notes.add(format!("samconfig.{name}"), "the template has no such parameter, and sam leaves it out, too");
    }
    let chosen: Vec<_> = known.into_iter().chain(given.iter().cloned()).collect();
    let parameters = parameters::values(section, &chosen)
        .map_err(|source| TemplateError::Parameter { path: path.to_owned(), source })?;
    for name in &parameters.missing {
        notes.add(format!("Parameters.{name}"), "it has no value, and nothing that runs here asks for it");
    }
    Ok(Scope::new(template, parameters, config.stack.unwrap_or_else(|| "local".to_owned())))
}
