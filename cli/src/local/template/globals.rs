//! SAM's `Globals`: properties that every function has.

use serde_json::{Map, Value};

use super::intrinsic::intrinsic;

/// The properties of a resource with those of `Globals` below them, as SAM merges them: maps entry by entry, lists one after
/// the other, and of everything else the resource's own
/// (<https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>).
pub(super) fn with(globals: Option<&Map<String, Value>>, own: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = globals.cloned().unwrap_or_default();
    for (name, value) in own {
        let value = match merged.remove(name) {
            Some(global) => merge(global, value.clone()),
            None => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    merged
}

/// The globals but for those that a function says it does without: `IgnoreGlobals`, which is `*` or a list of names.
pub(super) fn without(globals: &Map<String, Value>, ignored: Option<&Value>) -> Map<String, Value> {
    let is_ignored = |name: &str| match ignored {
        Some(Value::String(text)) => text == "*" || text == name,
        Some(Value::Array(names)) => names.iter().any(|it| it == name),
        _ => false,
    };
    globals.iter().filter(|(name, _)| !is_ignored(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn merge(global: Value, own: Value) -> Value {
    match (global, own) {
        (Value::Object(global), Value::Object(own)) if intrinsic(&global).is_none() && intrinsic(&own).is_none() => {
            Value::Object(with(Some(&global), &own))
        }
        (Value::Array(mut global), Value::Array(own)) => {
            global.extend(own);
            Value::Array(global)
        }
        (_, own) => own,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn maps_are_merged_lists_are_added_and_the_rest_is_the_functions_own() {
        let globals = json!({
            "Timeout": 3, "MemorySize": 128, "Layers": ["a"], "Environment": {"Variables": {"A": "1", "B": {"Ref": "X"}}},
            "Tags": {"Ref": "X"},
        });
        let own = json!({
            "Timeout": 9, "Layers": ["b"], "Environment": {"Variables": {"B": {"Ref": "Y"}, "C": "3"}}, "Tags": {"a": "b"},
        });
        let merged = with(globals.as_object(), own.as_object().unwrap());
        let expected = json!({
            "Timeout": 9, "MemorySize": 128, "Layers": ["a", "b"],
            "Environment": {"Variables": {"A": "1", "B": {"Ref": "Y"}, "C": "3"}}, "Tags": {"a": "b"},
        });
        assert_eq!(Value::Object(merged), expected);
        let names = |ignored: Value| without(globals.as_object().unwrap(), Some(&ignored)).len();
        assert_eq!((names(json!("*")), names(json!(["Timeout", "Tags"])), names(json!(null))), (0, 3, 5));
        assert_eq!(with(None, own.as_object().unwrap()), *own.as_object().unwrap());
    }
}
