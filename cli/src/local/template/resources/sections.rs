//! The sections of a template in addition to its resources.

use serde_json::{Map, Value};

use super::super::notes::Notes;
use super::super::scope::Scope;

/// Those that are read, or have no bearing.
const KNOWN: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// Notes sections that are not known, macros, and globals of what is not made here.
pub(super) fn note(scope: &Scope, notes: &mut Notes) {
    for name in scope.names_of_sections().filter(|name| !KNOWN.contains(name)) {
        notes.add(name, "this section is not known, and has no effect here");
    }
    let transforms = match scope.whole_section("Transform") {
        Some(Value::Array(items)) => items.iter().collect(),
        other => other.into_iter().collect::<Vec<_>>(),
    };
    for transform in transforms {
        let name = transform.as_str().or_else(|| transform.get("Name")?.as_str()).unwrap_or("a macro");
        if !["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"].contains(&name) {
            notes.add("Transform", format!("{name} is not run here: what it would change stays as it is"));
        }
    }
    for name in scope.section("Globals").into_iter().flat_map(Map::keys).filter(|name| *name != "Function") {
        notes.add(format!("Globals.{name}"), "what it is about is not made here");
    }
}
