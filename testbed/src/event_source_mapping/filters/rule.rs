//! What a pattern asks of one field: a value, or an operator with its operand.

use serde_json::value::RawValue;

use super::json::{Json, Scalar};
use super::numeric::Numeric;

/// One of the alternatives in the list that a pattern has for a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    Equal(Scalar),
    EqualIgnoringCase(String),
    Prefix(Affix),
    Suffix(Affix),
    AnythingBut(Vec<Scalar>),
    Numeric(Numeric),
    Exists(bool),
}

/// How a text begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Affix {
    text: String,
    ignoring_case: bool,
}

impl Rule {
    pub(super) fn read(raw: &RawValue) -> Result<Self, String> {
        let members = match Json::read(raw) {
            Json::Scalar(scalar) => return Ok(Self::Equal(scalar)),
            Json::List(_) => return Err("a list of values has no lists in it".into()),
            Json::Object(members) => members,
        };
        let mut members = members.into_iter();
        let (Some((operator, operand)), None) = (members.next(), members.next()) else {
            return Err("an operator stands alone in its object, such as {\"prefix\": \"a\"}".into());
        };
        let operand = Json::read(operand);
        Ok(match operator.as_str() {
            "prefix" => Self::Prefix(Affix::read("prefix", operand)?),
            "suffix" => Self::Suffix(Affix::read("suffix", operand)?),
            "equals-ignore-case" => Self::EqualIgnoringCase(folded(&text("equals-ignore-case", operand)?)),
            "anything-but" => Self::AnythingBut(excluded(operand)?),
            "numeric" => Self::Numeric(Numeric::read(operand)?),
            "exists" => match operand {
                Json::Scalar(Scalar::Bool(exists)) => Self::Exists(exists),
                _ => return Err("exists takes true or false".into()),
            },
            other => {
                return Err(format!(
                    "{other:?} is not an operator of Lambda's filters; they have prefix, suffix, equals-ignore-case, anything-but, numeric, exists and $or"
                ));
            }
        })
    }

    /// Whether the field is as it asks. `leaves` are the scalars of the field, none if there is no such field.
    pub(super) fn matches(&self, leaves: &[Scalar]) -> bool {
        match self {
            Self::Exists(exists) => *exists != leaves.is_empty(),
            rule => leaves.iter().any(|leaf| rule.matches_leaf(leaf)),
        }
    }

    fn matches_leaf(&self, leaf: &Scalar) -> bool {
        match (self, leaf) {
            (Self::Equal(scalar), leaf) => scalar == leaf,
            (Self::AnythingBut(excluded), leaf) => !excluded.contains(leaf),
            (Self::EqualIgnoringCase(text), Scalar::Text(leaf)) => *text == folded(leaf),
            (Self::Prefix(affix), Scalar::Text(leaf)) => affix.of(leaf).starts_with(&affix.text),
            (Self::Suffix(affix), Scalar::Text(leaf)) => affix.of(leaf).ends_with(&affix.text),
            (Self::Numeric(numeric), Scalar::Number(leaf)) => numeric.matches(leaf),
            _ => false,
        }
    }
}

impl Affix {
    /// A text, or `{"equals-ignore-case": text}`.
    fn read(operator: &str, operand: Json<'_>) -> Result<Self, String> {
        let Json::Object(members) = operand else {
            return Ok(Self { text: text(operator, operand)?, ignoring_case: false });
        };
        match members.get("equals-ignore-case") {
            Some(operand) if members.len() == 1 => {
                Ok(Self { text: folded(&text(operator, Json::read(operand))?), ignoring_case: true })
            }
            _ => Err(format!("{operator} takes a text, or {{\"equals-ignore-case\": a text}}")),
        }
    }

    fn of(&self, leaf: &str) -> String {
        if self.ignoring_case { folded(leaf) } else { leaf.to_owned() }
    }
}

fn text(operator: &str, operand: Json<'_>) -> Result<String, String> {
    match operand {
        Json::Scalar(Scalar::Text(text)) => Ok(text),
        _ => Err(format!("{operator} takes a text")),
    }
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// One text or number, or a list of them.
fn excluded(operand: Json<'_>) -> Result<Vec<Scalar>, String> {
    let items = match operand {
        Json::Object(_) => Vec::new(),
        operand => operand.leaves(),
    };
    if items.is_empty() || items.iter().any(|item| !matches!(item, Scalar::Text(_) | Scalar::Number(_))) {
        return Err("anything-but takes a text, a number, or a list of them".into());
    }
    Ok(items)
}
