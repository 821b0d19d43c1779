//! The values of a template's parameters.

mod check;
mod kind;
#[cfg(test)]
mod tests;

use super::scalar_text::as_text;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::local::nearest::did_you_mean;
use kind::Kind;

/// Values, and what is to be said where they are used.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parameters {
    /// Texts, and lists of texts.
    pub(super) values: BTreeMap<String, Value>,
    /// Of those that only AWS knows the value of.
    pub(super) notes: BTreeMap<String, String>,
    /// Those without a value. What nothing here asks for, nobody has to give: a template of the CDK names the buckets of its assets so.
    pub(super) missing: Vec<String>,
}

/// Values that are missing, wrong, or of parameters that do not exist: all of them at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub(crate) struct ParameterError(pub(crate) Vec<String>);

/// Gives each parameter of the section what was chosen for it, or its default.
///
/// # Errors
/// Everything that CloudFormation would refuse.
pub(super) fn values(section: &Map<String, Value>, chosen: &[(String, String)]) -> Result<Parameters, ParameterError> {
    let (mut parameters, mut wrong) = (Parameters::default(), Vec::new());
    for (name, declared) in section {
        // The last one wins, as a flag that is repeated.
        let chosen = chosen.iter().rev().find(|(its, _)| its == name).map(|(_, value)| value.as_str());
        let kind = Kind::of(declared.get("Type").and_then(Value::as_str).unwrap_or("String"));
        match text(declared, chosen, kind, name) {
            Some((text, note)) => {
                let checked = check::check(declared, kind, &text, chosen.is_some());
                wrong.extend(checked.err().map(|what| format!("parameter {name}: {what}")));
                parameters.notes.extend(note.map(|note| (name.clone(), note)));
                parameters.values.insert(name.clone(), kind.value(&text));
            }
            None => parameters.missing.push(name.clone()),
        }
    }
    wrong.extend(chosen.iter().filter(|(name, _)| !section.contains_key(name)).map(|(name, _)| {
        let hint = did_you_mean(name, section.keys().map(String::as_str));
        format!("the template has no parameter {name}{hint}")
    }));
    if wrong.is_empty() {
        return Ok(parameters);
    }
    wrong.extend(missing_ones(&parameters.missing));
    Err(ParameterError(wrong))
}

impl Parameters {
    /// What to type, if this is a parameter without a value: for all of them, so that nobody hears of one after the other.
    pub(super) fn lack(&self, name: &str) -> Option<String> {
        if self.missing.iter().any(|its| its == name) { missing_ones(&self.missing) } else { None }
    }
}

/// The value as a text, and what is different about it here.
fn text(declared: &Value, chosen: Option<&str>, kind: Kind, name: &str) -> Option<(String, Option<String>)> {
    let default = declared.get("Default").map(|default| match default {
        Value::Array(items) => items.iter().filter_map(as_text).collect::<Vec<_>>().join(","),
        scalar => as_text(scalar).unwrap_or_default(),
    });
    match (chosen, default) {
        (Some(chosen), _) => Some((chosen.to_owned(), None)),
        (None, Some(default)) if kind.is_stored => {
            let note = format!(
                "the parameter {name} names a value in Parameter Store, which is not read: it is the name {default:?} here; \
                 --parameter {name}=VALUE gives another"
            );
            Some((default, Some(note)))
        }
        (None, Some(default)) => Some((default, None)),
        // Such as a subnet: what it is has no bearing here, so nobody has to give one.
        (None, None) if kind.is_of_aws => {
            let note = format!(
                "the parameter {name} has no value, and is the text \"{name}\" here; --parameter {name}=VALUE gives another"
            );
            Some((name.to_owned(), Some(note)))
        }
        (None, None) => None,
    }
}

fn missing_ones(names: &[String]) -> Option<String> {
    let flags = names.iter().map(|name| format!("--parameter {name}=…")).collect::<Vec<_>>().join(" ");
    match names {
        [] => None,
        [name] => Some(format!("the parameter {name} has no default: give it a value with {flags}")),
        names => Some(format!("the parameters {} have no default: give them values with {flags}", names.join(", "))),
    }
}
