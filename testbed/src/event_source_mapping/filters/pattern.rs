//! A pattern: what fields must be like for a record to be meant.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html>

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::json::{DEEPEST, Json, is_too_deep};
use super::rule::Rule;

/// The member that holds the payload.
pub(super) const DATA: &str = "data";
const OR: &str = "$or";

/// An object of a pattern: all its fields, and of each `$or` one of the alternatives.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    fields: Vec<(String, Field)>,
    either: Vec<Vec<Pattern>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    Object(Pattern),
    Rules(Vec<Rule>),
}

impl Pattern {
    /// Reads the text of a pattern.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        if is_too_deep(raw.get()) {
            return Err(format!("its objects are more than {DEEPEST} deep within each other"));
        }
        let Json::Object(members) = Json::read(raw) else { return Err("it is not a JSON object".into()) };
        let pattern = Self::of(members, "")?;
        if pattern.has_rules_of_data() {
            return Err("data: the pattern of data must be a JSON object, whose fields are those of the payload".into());
        }
        Ok(pattern)
    }

    fn of(members: HashMap<String, &RawValue>, place: &str) -> Result<Self, String> {
        if members.is_empty() {
            return Err(format!("{place}an object of a pattern has at least one field"));
        }
        let mut pattern = Self { fields: Vec::new(), either: Vec::new() };
        let mut members: Vec<_> = members.into_iter().collect();
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, value) in members {
            let within =
                if place.is_empty() { name.clone() } else { format!("{}.{name}", place.trim_end_matches(": ")) };
            let within = format!("{within}: ");
            match Json::read(value) {
                Json::List(items) if name == OR => pattern.either.push(alternatives(&items, &within)?),
                Json::Object(members) => pattern.fields.push((name, Field::Object(Self::of(members, &within)?))),
                Json::List(items) if items.is_empty() => return Err(format!("{within}the list of values is empty")),
                Json::List(items) => {
                    let rules: Result<Vec<_>, _> = items.into_iter().map(Rule::read).collect();
                    pattern.fields.push((name, Field::Rules(rules.map_err(|error| format!("{within}{error}"))?)));
                }
                Json::Scalar(_) => return Err(format!("{within}a field has a list of values, or an object")),
            }
        }
        Ok(pattern)
    }

    /// Whether the payload counts for it.
    pub(super) fn names_data(&self) -> bool {
        self.fields.iter().any(|(name, _)| name == DATA) || self.alternatives().any(Self::names_data)
    }

    fn has_rules_of_data(&self) -> bool {
        let rules = |(name, field): &(String, Field)| name == DATA && matches!(field, Field::Rules(_));
        self.fields.iter().any(rules) || self.alternatives().any(Self::has_rules_of_data)
    }

    fn alternatives(&self) -> impl Iterator<Item = &Self> {
        self.either.iter().flatten()
    }

    /// Whether an object with these members is meant.
    pub(super) fn matches(&self, members: &HashMap<String, &RawValue>) -> bool {
        let field = |(name, field): &(String, Field)| field.matches(members.get(name).copied());
        self.fields.iter().all(field) && self.either.iter().all(|either| either.iter().any(|it| it.matches(members)))
    }
}

impl Field {
    fn matches(&self, value: Option<&RawValue>) -> bool {
        match self {
            Self::Rules(rules) => {
                let leaves = value.map(|value| Json::read(value).leaves()).unwrap_or_default();
                rules.iter().any(|rule| rule.matches(&leaves))
            }
            Self::Object(pattern) => pattern.matches_value(value),
        }
    }
}

impl Pattern {
    /// Whether a value is meant: an object, or one in a list. Where there is none, fields that must not exist do not.
    fn matches_value(&self, value: Option<&RawValue>) -> bool {
        match value.map(Json::read) {
            Some(Json::Object(members)) => self.matches(&members),
            Some(Json::List(items)) if !items.is_empty() => items.iter().any(|item| self.matches_value(Some(item))),
            _ => self.matches(&HashMap::new()),
        }
    }
}

fn alternatives(items: &[&RawValue], place: &str) -> Result<Vec<Pattern>, String> {
    if items.len() < 2 {
        return Err(format!("{place}it takes a list of two objects or more"));
    }
    let alternative = |item: &&RawValue| match Json::read(item) {
        Json::Object(members) => Pattern::of(members, place),
        _ => Err(format!("{place}it takes a list of objects")),
    };
    items.iter().map(alternative).collect()
}
