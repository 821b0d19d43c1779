//! Mappings, each as AWS has it: a resource of its own, or an event of SAM's function.

use serde_json::Value;

use super::super::deployment::OnFailure;
use super::super::deployment::mapping_properties::{MappingProperties, StartAt};
use super::arn::{self, Source};
use super::bearing;
use super::evaluation_error::EvaluationError;
use super::notes::Notes;
use super::properties::Properties;

/// A mapping of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    /// Where it stands.
    pub(super) place: String,
    pub(super) stream: String,
    /// A function as the template names it: by its logical id, its name, or its ARN.
    pub(super) function: String,
    pub(super) properties: MappingProperties,
}

/// `AWS::Lambda::EventSourceMapping`; `None` if it reads something that is not a stream, which is noted.
///
/// # Errors
/// A property cannot be evaluated, or is not what AWS takes.
pub(super) fn of_resource(
    properties: &Properties<'_>,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<Option<Draft>, EvaluationError> {
    let others = ["SelfManagedEventSource", "Topics", "Queues", "AmazonManagedKafkaEventSourceConfig"];
    if others.iter().any(|name| properties.map.contains_key(*name)) {
        notes.add(&properties.place, "this mapping reads something that is not a Kinesis stream, and is left out");
        return Ok(None);
    }
    let function = properties.text("FunctionName", notes)?;
    let function = function.ok_or_else(|| properties.wrong("FunctionName", "it is missing"))?;
    draft(properties, "EventSourceArn", &function, notes, without)
}

/// An event of type `Kinesis` of a function.
///
/// # Errors
/// A property cannot be evaluated, or is not what AWS takes.
pub(super) fn of_event(
    properties: &Properties<'_>,
    function: &str,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<Option<Draft>, EvaluationError> {
    draft(properties, "Stream", function, notes, without)
}

fn draft(
    properties: &Properties<'_>,
    source: &str,
    function: &str,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<Option<Draft>, EvaluationError> {
    let text = properties.text(source, notes)?.ok_or_else(|| properties.wrong(source, "it is missing"))?;
    let (stream, is_consumer) = match arn::source(&text) {
        Source::Stream { name, is_consumer } => (name, is_consumer),
        Source::Other { service } => {
            let what = format!("this is of {service} and not a Kinesis stream: the mapping is left out");
            notes.add(properties.place_of(source), what);
            return Ok(None);
        }
        Source::Unknown => {
            let name = as_stream_name(&text);
            let what = format!("{text:?} is not an ARN: it is taken for a stream of the name {name}");
            notes.add(properties.place_of(source), what);
            (name, false)
        }
    };
    properties.note_others(bearing::properties::MAPPING, notes, without);
    let mut its = read(properties, notes)?;
    its.enhanced_fan_out = Some(is_consumer);
    Ok(Some(Draft { place: properties.place.clone(), stream, function: function.to_owned(), properties: its }))
}

/// A text with nothing in it that a stream's name may not have.
fn as_stream_name(text: &str) -> String {
    let allowed = |it: char| if it.is_ascii_alphanumeric() || "_.-".contains(it) { it } else { '-' };
    let name: String = text.trim_matches('/').chars().map(allowed).take(128).collect();
    if name.is_empty() { "stream".to_owned() } else { name }
}

fn read(properties: &Properties<'_>, notes: &mut Notes) -> Result<MappingProperties, EvaluationError> {
    let types = properties.texts("FunctionResponseTypes", notes)?.unwrap_or_default();
    if let Some(other) = types.iter().find(|it| *it != "ReportBatchItemFailures") {
        let what = format!("it takes ReportBatchItemFailures, and this is {other}");
        return Err(properties.wrong("FunctionResponseTypes", what));
    }
    Ok(MappingProperties {
        batch_size: properties.number("BatchSize", notes)?,
        maximum_batching_window: properties.number("MaximumBatchingWindowInSeconds", notes)?,
        parallelization_factor: properties.number("ParallelizationFactor", notes)?,
        maximum_retry_attempts: properties.number("MaximumRetryAttempts", notes)?,
        maximum_record_age: properties.number("MaximumRecordAgeInSeconds", notes)?,
        bisect_batch_on_function_error: properties.flag("BisectBatchOnFunctionError", notes)?,
        report_batch_item_failures: Some(!types.is_empty()),
        tumbling_window: properties.number("TumblingWindowInSeconds", notes)?,
        starting_position: Some(starting_position(properties, notes)?),
        filters: filters(properties, notes)?,
        on_failure: on_failure(properties, notes)?,
        enabled: properties.flag("Enabled", notes)?,
        enhanced_fan_out: None,
        poll_interval: None,
    })
}

fn starting_position(properties: &Properties<'_>, notes: &mut Notes) -> Result<StartAt, EvaluationError> {
    match properties.text("StartingPosition", notes)?.as_deref() {
        Some("TRIM_HORIZON") => Ok(StartAt::TrimHorizon),
        Some("LATEST") => Ok(StartAt::Latest),
        Some("AT_TIMESTAMP") => {
            let timestamp = properties.number("StartingPositionTimestamp", notes)?;
            let missing = || properties.wrong("StartingPositionTimestamp", "AT_TIMESTAMP needs it");
            timestamp.map(StartAt::Timestamp).ok_or_else(missing)
        }
        Some(other) => {
            let what = format!("it takes TRIM_HORIZON, LATEST or AT_TIMESTAMP, and this is {other:?}");
            Err(properties.wrong("StartingPosition", what))
        }
        None => {
            let what = "it is missing, and AWS would refuse the mapping; it is TRIM_HORIZON here";
            notes.add(properties.place_of("StartingPosition"), what);
            Ok(StartAt::TrimHorizon)
        }
    }
}

fn filters(properties: &Properties<'_>, notes: &mut Notes) -> Result<Option<Vec<String>>, EvaluationError> {
    let Some(criteria) = properties.value("FilterCriteria", notes)? else { return Ok(None) };
    let list = criteria.get("Filters").and_then(Value::as_array);
    let patterns: Option<Vec<_>> =
        list.into_iter().flatten().map(|filter| Some(filter.get("Pattern")?.as_str()?.to_owned())).collect();
    let wrong = || {
        properties.wrong("FilterCriteria", "it takes Filters, a list of maps with a Pattern, which is a text with JSON")
    };
    patterns.map(Some).ok_or_else(wrong)
}

/// Where discarded batches go: here, into a folder, in the shape of what is named.
fn on_failure(properties: &Properties<'_>, notes: &mut Notes) -> Result<Option<OnFailure>, EvaluationError> {
    let place = properties.place_of("DestinationConfig.OnFailure");
    let node = properties.map.get("DestinationConfig");
    let value = node.map(|node| properties.scope.value_only(node, &place)).transpose()?.flatten();
    let Some(value) = value.as_ref().and_then(|value| value.get("OnFailure")).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let (destination, kind) = (text("Destination"), text("Type"));
    let (shape, of) = match (kind, destination) {
        ("S3", _) => (OnFailure::Bucket, "objects of S3, which have the records"),
        (_, text) if text.starts_with("arn:") && text.contains(":s3:::") => {
            (OnFailure::Bucket, "objects of S3, which have the records")
        }
        _ => (OnFailure::Queue, "messages of SQS and SNS, which have no records"),
    };
    notes.add(place, format!("discarded batches go into a folder here, in the shape of {of}"));
    Ok(Some(shape))
}
