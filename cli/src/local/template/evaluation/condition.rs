//! Functions of conditions and rules.

use serde_json::Value;

use super::super::intrinsic::intrinsic;
use super::super::scalar_text::as_text;
use super::values::{Evaluated, Values, list};
use crate::local::nearest::did_you_mean;

impl dyn Values<'_> + '_ {
    pub(super) fn chosen(&mut self, argument: &Value) -> Evaluated {
        let items = list("Fn::If", argument, 3..=3)?;
        let holds = match &items[0] {
            Value::String(name) => self.named_condition(name)?,
            other => self.condition(other)?,
        };
        self.value(if holds { &items[1] } else { &items[2] })
    }

    pub(super) fn named_condition(&mut self, name: &str) -> Result<bool, String> {
        let scope = self.scope();
        let Some(node) = scope.entry("Conditions", name) else {
            let known = scope.section("Conditions").into_iter().flat_map(serde_json::Map::keys).map(String::as_str);
            return Err(format!("there is no condition {name}{}", did_you_mean(name, known)));
        };
        if self.conditions().iter().any(|it| it == name) {
            return Err(format!("the condition {name} needs itself"));
        }
        self.conditions().push(name.to_owned());
        let holds = self.condition(node).map_err(|what| format!("condition {name}: {what}"));
        self.conditions().pop();
        holds
    }

    pub(super) fn condition(&mut self, node: &Value) -> Result<bool, String> {
        if let Some((name, argument)) = node.as_object().and_then(intrinsic).filter(|(name, _)| *name != "Ref") {
            return self.function_of_conditions(name, argument);
        }
        match self.value(node)? {
            Some(Value::Bool(holds)) => Ok(holds),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            _ => Err(format!("{node} is neither true nor false")),
        }
    }

    pub(super) fn function_of_conditions(&mut self, name: &str, argument: &Value) -> Result<bool, String> {
        match (name, argument) {
            ("Condition", Value::String(name)) => self.named_condition(name),
            ("Fn::Equals", _) => {
                let items = list(name, argument, 2..=2)?;
                let (one, other) = (self.value(&items[0])?, self.value(&items[1])?);
                Ok(are_equal(one.as_ref(), other.as_ref()))
            }
            ("Fn::Not", _) => self.condition(&list(name, argument, 1..=1)?[0]).map(|holds| !holds),
            ("Fn::And", _) => self.all(list(name, argument, 1..=10)?, true),
            ("Fn::Or", _) => self.all(list(name, argument, 1..=10)?, false).map(|holds| !holds),
            ("Fn::Contains", _) => {
                let items = list(name, argument, 2..=2)?;
                let (values, value) = (self.texts(&items[0])?, self.value(&items[1])?);
                let value = value.as_ref().and_then(as_text);
                Ok(value.is_some_and(|value| values.contains(&value)))
            }
            ("Fn::EachMemberEquals", _) => {
                let items = list(name, argument, 2..=2)?;
                let (values, value) = (self.texts(&items[0])?, self.value(&items[1])?);
                let value = value.as_ref().and_then(as_text);
                Ok(values.into_iter().all(|it| Some(it) == value))
            }
            ("Fn::EachMemberIn", _) => {
                let items = list(name, argument, 2..=2)?;
                let (values, among) = (self.texts(&items[0])?, self.texts(&items[1])?);
                Ok(values.iter().all(|it| among.contains(it)))
            }
            _ => Err(format!("{name} is not understood in a condition")),
        }
    }

    /// Whether all of them are what is wanted. The first that is not decides.
    fn all(&mut self, conditions: &[Value], wanted: bool) -> Result<bool, String> {
        for condition in conditions {
            if self.condition(condition)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// CloudFormation compares texts: 1 and "1" are equal, and so are true and "true".
fn are_equal(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one.and_then(as_text), other.and_then(as_text)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
        _ => false,
    }
}
