//! Rules: what has to hold among parameters.

use serde_json::Value;

use super::evaluation_error::EvaluationError;
use super::notes::Notes;
use super::scope::Scope;

/// An assertion of a rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule}: {description}")]
pub(crate) struct RuleError {
    pub(crate) rule: String,
    pub(crate) description: String,
}

/// Checks the assertions of every rule whose condition holds. What cannot be evaluated is noted, because it asks AWS.
///
/// # Errors
/// The first assertion that does not hold.
pub(super) fn check(scope: &Scope, notes: &mut Notes) -> Result<(), RuleError> {
    for (name, rule) in scope.section("Rules").into_iter().flatten() {
        let place = format!("Rules.{name}");
        match failed(scope, rule, &place) {
            Ok(None) => {}
            Ok(Some(description)) => return Err(RuleError { rule: name.clone(), description }),
            Err(error) => notes.add(error.place, format!("the rule is not checked: {}", error.what)),
        }
    }
    Ok(())
}

/// The description of the first assertion that does not hold.
fn failed(scope: &Scope, rule: &Value, place: &str) -> Result<Option<String>, EvaluationError> {
    if let Some(condition) = rule.get("RuleCondition")
        && !scope.is_true(condition, place)?
    {
        return Ok(None);
    }
    for assertion in rule.get("Assertions").and_then(Value::as_array).into_iter().flatten() {
        if !scope.is_true(assertion.get("Assert").unwrap_or(&Value::Null), place)? {
            let description = assertion.get("AssertDescription").and_then(Value::as_str);
            return Ok(Some(description.unwrap_or("an assertion does not hold").to_owned()));
        }
    }
    Ok(None)
}
