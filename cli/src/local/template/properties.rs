//! The properties of one resource, as what reads them needs them.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::bearing::{Bearing, of_property};
use super::evaluation_error::EvaluationError;
use super::notes::Notes;
use super::scalar_text::as_text;
use super::scope::Scope;

/// Properties, and where they stand.
#[derive(Clone)]
pub(super) struct Properties<'s> {
    pub(super) scope: &'s Scope,
    /// Such as `Resources.Consumer.Properties`.
    pub(super) place: String,
    pub(super) map: Map<String, Value>,
    /// Names of those that are only in SAM's `Globals.Function`.
    pub(super) global: Vec<String>,
}

impl<'s> Properties<'s> {
    /// Those of a resource.
    pub(super) fn of(scope: &'s Scope, resource: &str) -> Self {
        let map = scope.resource(resource).and_then(|its| its.get("Properties")?.as_object());
        Self {
            scope,
            place: format!("Resources.{resource}.Properties"),
            map: map.cloned().unwrap_or_default(),
            global: Vec::new(),
        }
    }

    /// Those below a property that is a map.
    pub(super) fn below(&self, name: &str, notes: &mut Notes) -> Result<Option<Self>, EvaluationError> {
        let map = self.value(name, notes)?;
        let below = |map| Self { scope: self.scope, place: self.place_of(name), map, global: Vec::new() };
        match map {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Ok(Some(below(map))),
            Some(_) => Err(self.wrong(name, "it takes a map")),
        }
    }

    pub(super) fn place_of(&self, name: &str) -> String {
        match self.global.iter().any(|it| it == name) {
            true => format!("Globals.Function.{name}"),
            false => format!("{}.{name}", self.place),
        }
    }

    pub(super) fn wrong(&self, name: &str, what: impl Into<String>) -> EvaluationError {
        EvaluationError { place: self.place_of(name), what: what.into() }
    }

    pub(super) fn value(&self, name: &str, notes: &mut Notes) -> Result<Option<Value>, EvaluationError> {
        let Some(node) = self.map.get(name) else { return Ok(None) };
        let value = self.scope.value(node, &self.place_of(name), notes)?;
        Ok(value.filter(|value| !value.is_null()))
    }

    pub(super) fn text(&self, name: &str, notes: &mut Notes) -> Result<Option<String>, EvaluationError> {
        let Some(value) = self.value(name, notes)? else { return Ok(None) };
        as_text(&value).map(Some).ok_or_else(|| self.wrong(name, "it takes a text"))
    }

    /// A number, which may be written as a text.
    pub(super) fn number<T: FromStr>(&self, name: &str, notes: &mut Notes) -> Result<Option<T>, EvaluationError> {
        let Some(text) = self.text(name, notes)? else { return Ok(None) };
        let number = text.trim().parse().map(Some);
        number.map_err(|_| self.wrong(name, format!("it takes a number of its range, and this is {text:?}")))
    }

    /// True or false, which may be written as a text.
    pub(super) fn flag(&self, name: &str, notes: &mut Notes) -> Result<Option<bool>, EvaluationError> {
        match self.text(name, notes)?.as_deref() {
            None => Ok(None),
            Some("true" | "True") => Ok(Some(true)),
            Some("false" | "False") => Ok(Some(false)),
            Some(text) => Err(self.wrong(name, format!("it takes true or false, and this is {text:?}"))),
        }
    }

    /// A list of texts; one text is a list of it.
    pub(super) fn texts(&self, name: &str, notes: &mut Notes) -> Result<Option<Vec<String>>, EvaluationError> {
        let items = match self.value(name, notes)? {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(one) => vec![one],
        };
        let texts: Option<Vec<_>> = items.iter().map(as_text).collect();
        texts.map(Some).ok_or_else(|| self.wrong(name, "it takes a list of texts"))
    }

    /// Notes every property that has no effect here. Those without any bearing are collected in `without`.
    pub(super) fn note_others(&self, table: &[(&str, Bearing)], notes: &mut Notes, without: &mut Vec<String>) {
        for (name, node) in &self.map {
            let bearing = of_property(table, name);
            if bearing == Some(Bearing::Used) || self.is_absent(node) {
                continue;
            }
            let place = self.place_of(name);
            match bearing {
                Some(Bearing::None) => {
                    let name = place.trim_start_matches("Resources.").replace(".Properties", "");
                    without.extend(Some(name).filter(|name| !without.contains(name)));
                }
                Some(Bearing::Differs(text)) => notes.add(place, text),
                _ => notes.add(place, "this property is not known, and has no effect here"),
            }
        }
    }

    /// Whether a property comes to nothing, an empty list, or an empty text.
    fn is_absent(&self, node: &Value) -> bool {
        match self.scope.value_only(node, "") {
            Ok(None | Some(Value::Null)) => true,
            Ok(Some(Value::Array(items))) => items.is_empty(),
            Ok(Some(Value::Object(map))) => map.is_empty(),
            Ok(Some(Value::String(text))) => text.is_empty(),
            _ => false,
        }
    }
}
