//! Events of SAM's functions.

use serde_json::Value;

use super::evaluation_error::EvaluationError;
use super::functions::Draft;
use super::mappings;
use super::notes::Notes;
use super::properties::Properties;

/// The mappings among a function's events. Events of other types are noted.
///
/// # Errors
/// A property cannot be evaluated, or is not what AWS takes.
pub(super) fn mappings(
    function: &Draft<'_>,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<Vec<mappings::Draft>, EvaluationError> {
    let properties = &function.properties;
    let mut found = Vec::new();
    for (name, event) in properties.map.get("Events").and_then(Value::as_object).into_iter().flatten() {
        let place = format!("{}.{name}", properties.place_of("Events"));
        let kind = event.get("Type").and_then(Value::as_str).unwrap_or_default();
        let map = event.get("Properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let event =
            Properties { scope: properties.scope, place: format!("{place}.Properties"), map, global: Vec::new() };
        match kind {
            "Kinesis" => found.extend(mappings::of_event(&event, &function.code.function, notes, without)?),
            "Api" | "HttpApi" => {
                notes.add(place, format!("there is no API here: the event {kind} is a request to the function's URL"));
            }
            kind => notes.add(place, format!("events of the type {kind} do not occur here")),
        }
    }
    Ok(found)
}
