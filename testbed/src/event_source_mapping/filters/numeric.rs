//! `numeric`: one comparison of a number, or the two ends of a range.

use super::json::{Json, Scalar};

/// Comparisons that must all hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numeric(Vec<(Comparison, f64)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Numeric {
    /// Reads `["=", 5]` or `[">", 0, "<=", 5]`.
    pub(super) fn read(value: Json<'_>) -> Result<Self, String> {
        let Json::List(items) = value else { return Err("numeric takes a list, such as [\">\", 0, \"<=\", 5]".into()) };
        let mut comparisons = Vec::new();
        for pair in items.chunks(2) {
            let [operator, number] = pair else { return Err("numeric lacks a number after its last operator".into()) };
            comparisons.push((comparison(Json::read(operator))?, number_of(Json::read(number))?));
        }
        let lower = |comparison| matches!(comparison, Comparison::Greater | Comparison::AtLeast);
        let upper = |comparison| matches!(comparison, Comparison::Less | Comparison::AtMost);
        match comparisons[..] {
            [_] => {}
            [(first, low), (second, high)] if lower(first) && upper(second) && low < high => {}
            _ => {
                return Err(
                    "numeric takes one comparison, or a range that begins with > or >= and ends with < or <=".into()
                );
            }
        }
        Ok(Self(comparisons))
    }

    /// Whether this number, as it is written, is meant.
    pub(super) fn matches(&self, number: &str) -> bool {
        let Ok(value) = number.parse::<f64>() else { return false };
        self.0.iter().all(|(comparison, bound)| match comparison {
            Comparison::Equal => value == *bound,
            Comparison::Less => value < *bound,
            Comparison::AtMost => value <= *bound,
            Comparison::Greater => value > *bound,
            Comparison::AtLeast => value >= *bound,
        })
    }
}

fn comparison(operator: Json<'_>) -> Result<Comparison, String> {
    let Json::Scalar(Scalar::Text(operator)) = operator else { return Err("numeric begins with an operator".into()) };
    Ok(match operator.as_str() {
        "=" => Comparison::Equal,
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        ">" => Comparison::Greater,
        ">=" => Comparison::AtLeast,
        other => return Err(format!("{other:?} is not an operator of numeric; it has =, <, <=, > and >=")),
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching>
fn number_of(value: Json<'_>) -> Result<f64, String> {
    let number = match value {
        Json::Scalar(Scalar::Number(number)) => number.parse::<f64>().ok(),
        _ => None,
    };
    let number = number.ok_or("numeric compares with numbers")?;
    if number.abs() > 5e9 {
        return Err(format!("numeric compares with numbers from -5.0e9 to 5.0e9, not {number}"));
    }
    Ok(number)
}
