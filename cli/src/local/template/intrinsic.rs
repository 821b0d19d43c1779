//! Which maps are intrinsic functions.

use serde_json::{Map, Value};

/// The intrinsic function that a map is, which has one entry.
pub(super) fn intrinsic(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = map.iter().next().filter(|_| map.len() == 1)?;
    let is_function = name == "Ref" || name.starts_with("Fn::");
    // A statement of a policy has a map there.
    let is_condition = name == "Condition" && argument.is_string();
    (is_function || is_condition).then_some((name, argument))
}
