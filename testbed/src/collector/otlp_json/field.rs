//! Members and scalars in the forms of JSON that protobuf allows.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// A member; its default value where it is `null`. (Where it is absent, by `#[serde(default)]`.)
#[derive(Debug, Default)]
pub(super) struct Field<T>(pub(super) T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| Self(value.unwrap_or_default()))
    }
}

/// A member that is in the way of a list which would be missed otherwise: its original name instead of that in lowerCamelCase.
#[derive(Debug, Default)]
pub(super) struct SnakeCase;

impl<'de> Deserialize<'de> for SnakeCase {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("keys of OTLP are in lowerCamelCase (resourceSpans), and not in snake_case"))
    }
}

/// A whole number: as one, or as text.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Whole<T>(pub(super) T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(WholeVisitor)?;
        let out_of_range = |_| D::Error::invalid_value(Unexpected::Other("number"), &"a number in range");
        T::try_from(number).map(Self).map_err(out_of_range)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = i128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or one as text")
    }

    fn visit_u64<E>(self, number: u64) -> Result<i128, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<i128, E> {
        Ok(number.into())
    }

    /// As JavaScript writes large ones: 1.7e18.
    fn visit_f64<E: Error>(self, number: f64) -> Result<i128, E> {
        let is_whole = number.fract() == 0.0 && number.abs() < 2f64.powi(64);
        #[allow(clippy::cast_possible_truncation, reason = "whole, and far below the limit")]
        let whole = is_whole.then_some(number as i128);
        whole.ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i128, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`, or one as text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Double(pub(super) f64);

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(f64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Number(number) => Ok(Self(number)),
            Form::Text(text) => {
                text.parse().map(Self).map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &"a number"))
            }
        }
    }
}

/// An id of a trace or a span in hex; empty if there is none.
#[derive(Debug, Default)]
pub(super) struct Id(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let invalid = || D::Error::invalid_value(Unexpected::Str(&text), &"an id in hex");
        if !text.is_ascii() || !text.len().is_multiple_of(2) {
            return Err(invalid());
        }
        let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16));
        bytes.collect::<Result<_, _>>().map(Self).map_err(|_| invalid())
    }
}

/// A number, or a name such as `SPAN_KIND_SERVER`, of which `named` makes one; 0 of a name that is unknown.
pub(super) fn number_or_name<'de, D: Deserializer<'de>>(
    deserializer: D,
    named: impl Fn(&str) -> Option<i32>,
) -> Result<i32, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Number(i32),
        Name(String),
    }
    Ok(match Option::deserialize(deserializer)? {
        None => 0,
        Some(Form::Number(number)) => number,
        Some(Form::Name(name)) => name.parse().ok().or_else(|| named(&name)).unwrap_or_default(),
    })
}
