//! Functions.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::super::program;
use super::super::program::code::Code;
use super::bearing;
use super::code::code;
use super::evaluation_error::EvaluationError;
use super::globals;
use super::notes::Notes;
use super::properties::Properties;
use super::scope::Scope;

pub(super) const SERVERLESS: &str = "AWS::Serverless::Function";
pub(super) const LAMBDA: &str = "AWS::Lambda::Function";

/// A function but for its program.
pub(super) struct Draft<'s> {
    pub(super) code: Code,
    pub(super) env: Vec<(String, String)>,
    pub(super) timeout: Duration,
    pub(super) memory_mb: u32,
    pub(super) reserved_concurrency: Option<u16>,
    /// Whether the template gives it a URL.
    pub(super) has_url: bool,
    /// The name by which AWS knows it.
    pub(super) function_name: Option<String>,
    pub(super) properties: Properties<'s>,
}

/// One function of a template that is in a folder.
///
/// # Errors
/// A property cannot be evaluated, or is not what AWS takes.
pub(super) fn function<'s>(
    scope: &'s Scope,
    resource: &str,
    folder: &Path,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<Draft<'s>, EvaluationError> {
    let properties = properties(scope, resource);
    properties.note_others(bearing::properties::FUNCTION, notes, without);
    note_differences(&properties, resource, notes)?;
    let seconds = properties.number::<u32>("Timeout", notes)?.unwrap_or(3);
    if !(1..=900).contains(&seconds) {
        return Err(properties.wrong("Timeout", format!("it takes 1 to 900 seconds, and this is {seconds}")));
    }
    let url = properties.below("FunctionUrlConfig", notes)?;
    url.iter().try_for_each(|url| note_url(url, notes, without))?;
    Ok(Draft {
        code: code(scope, resource, &properties, folder, notes)?,
        env: variables(&properties, notes)?,
        timeout: Duration::from_secs(seconds.into()),
        memory_mb: properties.number("MemorySize", notes)?.unwrap_or(128),
        reserved_concurrency: properties.number("ReservedConcurrentExecutions", notes)?,
        has_url: url.is_some(),
        function_name: properties.text("FunctionName", notes)?,
        properties,
    })
}

/// Its properties, with those of `Globals` if it is SAM's.
fn properties<'s>(scope: &'s Scope, resource: &str) -> Properties<'s> {
    let mut properties = Properties::of(scope, resource);
    if scope.resource_type(resource) == Some(SERVERLESS) {
        let globals = scope.entry("Globals", "Function").and_then(Value::as_object);
        let ignored = scope.resource(resource).and_then(|its| its.get("IgnoreGlobals"));
        let globals = globals.map(|globals| globals::without(globals, ignored));
        let own = std::mem::take(&mut properties.map);
        properties.map = globals::with(globals.as_ref(), &own);
        properties.global = properties.map.keys().filter(|name| !own.contains_key(*name)).cloned().collect();
    }
    properties
}

/// What is read, and is different here.
fn note_differences(properties: &Properties<'_>, resource: &str, notes: &mut Notes) -> Result<(), EvaluationError> {
    if let Some(name) = properties.text("FunctionName", notes)?.filter(|name| name != resource) {
        notes.add(properties.place_of("FunctionName"), format!("{name} is called {resource} here"));
    }
    let machine = program::machine();
    let architectures = properties.texts("Architectures", notes)?.unwrap_or_default();
    if let Some(other) = architectures.iter().find(|it| *it != machine) {
        notes.add(properties.place_of("Architectures"), format!("it is {other} in AWS, and runs on {machine} here"));
    }
    let (property, mode) = match properties.below("TracingConfig", notes)? {
        Some(config) => ("TracingConfig", config.text("Mode", notes)?),
        None => ("Tracing", properties.text("Tracing", notes)?),
    };
    if mode.as_deref() == Some("Active") {
        notes.add(properties.place_of(property), "no segments for X-Ray are made here");
    }
    Ok(())
}

/// Notes what is different about a function's URL.
pub(super) fn note_url(
    url: &Properties<'_>,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<(), EvaluationError> {
    url.note_others(bearing::properties::URL, notes, without);
    if url.text("AuthType", notes)?.as_deref() == Some("AWS_IAM") {
        notes.add(url.place_of("AuthType"), "a request needs no signature here");
    }
    if url.text("InvokeMode", notes)?.as_deref() == Some("RESPONSE_STREAM") {
        notes.add(url.place_of("InvokeMode"), "an answer is sent when it is whole");
    }
    Ok(())
}

fn variables(properties: &Properties<'_>, notes: &mut Notes) -> Result<Vec<(String, String)>, EvaluationError> {
    // Not by `below`: each variable's notes are to have its own place.
    let Some(environment) = properties.map.get("Environment") else { return Ok(Vec::new()) };
    let place = properties.place_of("Environment");
    let environment = chosen(properties, environment, place, notes)?;
    let Some(variables) = environment.and_then(|it| {
        let place = it.place_of("Variables");
        it.map.get("Variables").cloned().map(|node| (node, place))
    }) else {
        return Ok(Vec::new());
    };
    let Some(variables) = chosen(properties, &variables.0, variables.1, notes)? else { return Ok(Vec::new()) };
    let mut given = Vec::new();
    for name in variables.map.keys() {
        if let Some(value) = variables.text(name, notes)? {
            given.push((name.clone(), value));
        }
    }
    Ok(given)
}

/// A map whose entries are not evaluated, unless the map as a whole is the value of a function.
fn chosen<'s>(
    properties: &Properties<'s>,
    node: &Value,
    place: String,
    notes: &mut Notes,
) -> Result<Option<Properties<'s>>, EvaluationError> {
    let scope = properties.scope;
    let map = match node {
        Value::Object(map) if super::intrinsic::intrinsic(map).is_none() => Some(map.clone()),
        node => scope.value(node, &place, notes)?.and_then(|value| value.as_object().cloned()),
    };
    Ok(map.map(|map| Properties { scope, place, map, global: Vec::new() }))
}
