//! What a parameter's declaration allows.

use regex::Regex;
use serde_json::Value;

use super::super::scalar_text::as_text;
use super::kind::Kind;

/// Refuses what CloudFormation would refuse. The value of a parameter with `NoEcho` is not repeated.
pub(super) fn check(declared: &Value, kind: Kind, text: &str, is_chosen: bool) -> Result<(), String> {
    // Of these only AWS has the value that the declaration is about.
    if !is_chosen && (kind.is_stored || kind.is_of_aws) {
        return Ok(());
    }
    let is_secret = declared.get("NoEcho").and_then(as_text).is_some_and(|it| it == "true");
    let shown = if is_secret { "its value".to_owned() } else { format!("{text:?}") };
    let described = declared.get("ConstraintDescription").and_then(Value::as_str);
    let items: Vec<_> = if kind.is_list { text.split(',').map(str::trim).collect() } else { vec![text] };
    let refused = items.iter().find_map(|item| refusal(declared, kind, item));
    refused.map_or(Ok(()), |why| match described {
        Some(described) => Err(format!("{shown} is refused: {described} ({why})")),
        None => Err(format!("{shown} is refused: {why}")),
    })
}

/// Why one value is refused.
fn refusal(declared: &Value, kind: Kind, text: &str) -> Option<String> {
    let allowed = declared.get("AllowedValues").and_then(Value::as_array);
    let allowed: Option<Vec<_>> = allowed.map(|values| values.iter().filter_map(as_text).collect());
    if let Some(allowed) = allowed.filter(|allowed| !allowed.iter().any(|it| it == text)) {
        return Some(format!("it is one of {}", allowed.join(", ")));
    }
    let bound = |name: &str| declared.get(name).and_then(as_text)?.parse::<f64>().ok();
    if kind.is_number {
        let Ok(value) = text.parse::<f64>() else { return Some("it is a number".to_owned()) };
        return match (bound("MinValue"), bound("MaxValue")) {
            (Some(least), _) if value < least => Some(format!("it is {least} or more")),
            (_, Some(most)) if value > most => Some(format!("it is {most} or less")),
            _ => None,
        };
    }
    #[allow(clippy::cast_precision_loss, reason = "lengths are small")]
    let length = text.chars().count() as f64;
    match (bound("MinLength"), bound("MaxLength"), declared.get("AllowedPattern").and_then(Value::as_str)) {
        (Some(least), ..) if length < least => Some(format!("its length is {least} or more")),
        (_, Some(most), _) if length > most => Some(format!("its length is {most} or less")),
        (.., Some(pattern)) if !matches(pattern, text) => Some(format!("it has to match the pattern {pattern}")),
        _ => None,
    }
}

/// CloudFormation's patterns are Java's, and have to match the whole. One that is not understood here, such as one with a
/// look-ahead, refuses nothing: CloudFormation will.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(&format!(r"\A(?:{pattern})\z")).map_or(true, |pattern| pattern.is_match(text))
}
