//! Streams.

use super::super::deployment::StreamPlan;
use super::bearing;
use super::evaluation_error::EvaluationError;
use super::notes::Notes;
use super::properties::Properties;
use super::scope::Scope;

pub(super) const STREAM: &str = "AWS::Kinesis::Stream";
/// With which a stream on demand begins
/// (<https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html>).
const ON_DEMAND_SHARDS: u16 = 4;

/// One stream of the template.
///
/// # Errors
/// A property cannot be evaluated, or is not what AWS takes.
pub(super) fn stream(
    scope: &Scope,
    resource: &str,
    notes: &mut Notes,
    without: &mut Vec<String>,
) -> Result<StreamPlan, EvaluationError> {
    let properties = Properties::of(scope, resource);
    properties.note_others(bearing::properties::STREAM, notes, without);
    let name = properties.text("Name", notes)?.unwrap_or_else(|| resource.to_owned());
    if !is_stream_name(&name) {
        let what = format!("{name:?} is not a name of a stream, which has 1 to 128 letters, digits, or any of _.-");
        return Err(properties.wrong("Name", what));
    }
    let mode = properties.below("StreamModeDetails", notes)?.map(|mode| mode.text("StreamMode", notes)).transpose()?;
    let shards = properties.number::<u16>("ShardCount", notes)?;
    if properties.number::<u32>("MaxRecordSizeInKiB", notes)?.is_some_and(|size| size > 1_024) {
        notes.add(properties.place_of("MaxRecordSizeInKiB"), "the largest record is 1024 KiB here");
    }
    let is_on_demand = mode.flatten().as_deref() == Some("ON_DEMAND");
    if shards == Some(0) {
        return Err(properties.wrong("ShardCount", "a stream has one shard or more"));
    }
    Ok(StreamPlan { name, shards: if is_on_demand { ON_DEMAND_SHARDS } else { shards.unwrap_or(1) } })
}

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html>
fn is_stream_name(name: &str) -> bool {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    (1..=128).contains(&name.len()) && name.chars().all(allowed)
}
