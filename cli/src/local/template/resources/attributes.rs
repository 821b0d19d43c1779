//! What a resource has in addition to its properties.

use super::super::notes::Notes;
use super::super::scope::Scope;

/// Those that are read, or have no bearing, because nothing is deployed, updated or deleted here.
const KNOWN: [&str; 11] = [
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// Notes what is not known, such as properties whose heading is mistyped.
pub(super) fn note(scope: &Scope, resource: &str, notes: &mut Notes) {
    let names = scope.resource(resource).into_iter().flat_map(serde_json::Map::keys);
    for name in names.filter(|name| !KNOWN.contains(&name.as_str())) {
        notes.add(format!("Resources.{resource}.{name}"), "this is not known, and has no effect here");
    }
}
