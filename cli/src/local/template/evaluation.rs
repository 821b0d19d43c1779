//! Intrinsic functions and what they come to.
//!
//! Only what a local run uses is evaluated, so a mistake elsewhere in the template is not in its way.

mod cidr;
mod condition;
mod dynamic;
mod lookup;
mod resource;
mod substitution;
#[cfg(test)]
mod tests;
mod text;
mod values;

use serde_json::{Map, Value};

use super::evaluation_error::EvaluationError;
use super::intrinsic::intrinsic;
use super::notes::Notes;
use super::scope::Scope;
use values::{Evaluated, Values, some};

/// The evaluation of one part of a template.
pub(super) struct Evaluation<'s> {
    scope: &'s Scope,
    /// What occurred and is not as it would be in AWS.
    found: Vec<String>,
    /// The conditions that are being evaluated, to find those that need themselves.
    conditions: Vec<String>,
    /// How many functions are being evaluated, to find a resource whose name needs its own.
    depth: usize,
}

/// More than a template nests, names that lead to names included.
const DEEPEST: usize = 200;

impl Scope {
    /// The value of a part of the template, and notes on what in it is not as it would be in AWS.
    ///
    /// # Errors
    /// An intrinsic function that cannot be evaluated, which CloudFormation would refuse, too.
    pub(super) fn value(&self, node: &Value, place: &str, notes: &mut Notes) -> Result<Option<Value>, EvaluationError> {
        let (value, found) = self.evaluate(node, place)?;
        found.into_iter().for_each(|text| notes.add(place, text));
        Ok(value)
    }

    /// The value without notes: for what has no effect here but to be looked at.
    pub(super) fn value_only(&self, node: &Value, place: &str) -> Result<Option<Value>, EvaluationError> {
        self.evaluate(node, place).map(|(value, _)| value)
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation { scope: self, found: Vec::new(), conditions: Vec::new(), depth: 0 }
    }

    fn evaluate(&self, node: &Value, place: &str) -> Result<(Option<Value>, Vec<String>), EvaluationError> {
        let mut evaluation = self.evaluation();
        let value = evaluation.value(node).map_err(|what| EvaluationError { place: place.to_owned(), what })?;
        let value = value.map(|value| dynamic::without_references(value, &mut evaluation.found));
        Ok((value, evaluation.found))
    }

    /// Whether a condition of the section `Conditions` holds.
    ///
    /// # Errors
    /// There is no such condition, or it cannot be evaluated.
    pub(super) fn holds(&self, condition: &str, place: &str) -> Result<bool, EvaluationError> {
        let mut evaluation = self.evaluation();
        evaluation.values().named_condition(condition).map_err(|what| EvaluationError { place: place.to_owned(), what })
    }

    /// Whether what stands in a condition or rule holds.
    ///
    /// # Errors
    /// It cannot be evaluated.
    pub(super) fn is_true(&self, node: &Value, place: &str) -> Result<bool, EvaluationError> {
        let mut evaluation = self.evaluation();
        evaluation.values().condition(node).map_err(|what| EvaluationError { place: place.to_owned(), what })
    }
}

impl<'s> Values<'s> for Evaluation<'s> {
    fn scope(&self) -> &'s Scope {
        self.scope
    }

    fn value(&mut self, node: &Value) -> Evaluated {
        if self.depth >= DEEPEST {
            return Err("this needs itself, or is nested too deep".to_owned());
        }
        self.depth += 1;
        let value = self.value_of(node);
        self.depth -= 1;
        value
    }

    fn found(&mut self, text: String) {
        self.found.push(text);
    }

    fn conditions(&mut self) -> &mut Vec<String> {
        &mut self.conditions
    }
}

impl<'s> Evaluation<'s> {
    fn value_of(&mut self, node: &Value) -> Evaluated {
        match node {
            Value::Array(items) => self.items(items).map(Value::Array).map(Some),
            Value::Object(map) => match intrinsic(map) {
                Some((name, argument)) => self.call(name, argument),
                None => self.entries(map).map(Value::Object).map(Some),
            },
            scalar => Ok(Some(scalar.clone())),
        }
    }

    fn items(&mut self, items: &[Value]) -> Result<Vec<Value>, String> {
        items.iter().filter_map(|item| self.value(item).transpose()).collect()
    }

    fn entries(&mut self, map: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let entries = map.iter().filter_map(|(name, its)| {
            let value = self.value(its).transpose()?;
            Some(value.map(|value| (name.clone(), value)))
        });
        entries.collect()
    }

    /// What the functions' own files know the evaluation as.
    fn values(&mut self) -> &mut (dyn Values<'s> + '_) {
        self
    }

    fn call(&mut self, name: &str, argument: &Value) -> Evaluated {
        let values = self.values();
        match name {
            "Ref" => values.reference(argument),
            "Fn::GetAtt" => values.attribute(argument),
            "Fn::Sub" => values.substituted(argument),
            "Fn::If" => values.chosen(argument),
            "Fn::FindInMap" => values.mapped(argument),
            "Fn::Join" => values.joined(argument).map(some),
            "Fn::Select" => values.selected(argument),
            "Fn::Split" => values.divided(argument).map(Some),
            "Fn::Base64" => values.in_base64(argument).map(some),
            "Fn::Cidr" => values.blocks(argument).map(Some),
            "Fn::GetAZs" => Ok(Some(lookup::zones())),
            "Fn::ImportValue" => values.imported(argument).map(some),
            "Fn::Length" => values.length(argument).map(Some),
            "Fn::ToJsonString" => values.as_json(argument).map(some),
            "Condition"
            | "Fn::Equals"
            | "Fn::Not"
            | "Fn::And"
            | "Fn::Or"
            | "Fn::Contains"
            | "Fn::EachMemberEquals"
            | "Fn::EachMemberIn" => values.function_of_conditions(name, argument).map(Value::Bool).map(Some),
            name => {
                values.found(format!("{name} is not understood, and what it stands for is left out"));
                Ok(None)
            }
        }
    }
}
