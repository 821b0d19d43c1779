//! What each intrinsic function needs of the others.

use serde_json::Value;

use super::super::scope::Scope;

/// A value, or `None`, which is `AWS::NoValue`.
pub(super) type Evaluated = Result<Option<Value>, String>;

/// An evaluation in progress, by which the arguments of functions get their values.
pub(super) trait Values<'s> {
    fn scope(&self) -> &'s Scope;

    /// The value of any part of the template.
    fn value(&mut self, node: &Value) -> Evaluated;

    /// Keeps what is not as it would be in AWS.
    fn found(&mut self, text: String);

    /// The conditions that are being evaluated, to find those that need themselves.
    fn conditions(&mut self) -> &mut Vec<String>;
}

pub(super) fn some(text: String) -> Option<Value> {
    Some(Value::String(text))
}

/// A function's argument that has to be a list of so many.
pub(super) fn list<'v>(
    function: &str,
    argument: &'v Value,
    lengths: std::ops::RangeInclusive<usize>,
) -> Result<&'v [Value], String> {
    let items = argument.as_array().filter(|items| lengths.contains(&items.len()));
    items.map(Vec::as_slice).ok_or_else(|| {
        let (least, most) = (lengths.start(), lengths.end());
        let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
        format!("{function} takes a list of {wanted}, and this is {argument}")
    })
}
