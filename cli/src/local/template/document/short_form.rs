//! Short forms of intrinsic functions, which are tags of YAML.

use serde_json::{Map, Value, json};

/// The long form of `!NAME value`.
pub(super) fn long(name: &str, value: Value) -> Value {
    let (name, value) = match (name, value) {
        ("Ref" | "Condition", value) => (name.to_owned(), value),
        // `A.B.C` is C of B, or B.C of A, a nested stack's output: the first dot divides.
        ("GetAtt", Value::String(text)) => {
            let parts = text.split_once('.').map_or_else(|| json!([text]), |(resource, name)| json!([resource, name]));
            ("Fn::GetAtt".to_owned(), parts)
        }
        (name, value) => (format!("Fn::{name}"), value),
    };
    Value::Object(Map::from_iter([(name, value)]))
}
