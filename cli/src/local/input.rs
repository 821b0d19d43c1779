//! Which events are put, how fast, and by whom.

use std::path::{Path, PathBuf};

use kinetrace::Record;
use kinetrace_producer_function::events;

use super::deployment::{Deployment, FunctionPlan};
use crate::outcome::Failure;

/// The input; without it, only your own producers put records.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(super) struct InputArguments {
    /// Events to put: newline-delimited JSON, or a JSON array, of objects
    #[arg(long, value_name = "FILE", requires = "group_by")]
    input: Option<PathBuf>,
    /// The field whose value becomes an event's partition key
    #[arg(long, value_name = "FIELD", requires = "input")]
    group_by: Option<String>,
    /// Events a second
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Begin anew at the end of the file, again and again
    #[arg(long = "loop", requires = "input")]
    again: bool,
    /// Put the first N events only; with --loop, N in all
    #[arg(long, value_name = "N", requires = "input", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Invoke this function with each event, in place of putting it into the stream [default: the function with
    /// KINETRACE_STREAM and KINETRACE_GROUP_FIELD among its variables, if there is one]
    #[arg(long, value_name = "FUNCTION", requires = "input")]
    through: Option<String>,
    /// Put the events straight into this stream, even if there is a function for that
    #[arg(long, value_name = "STREAM", requires = "input", conflicts_with = "through")]
    into: Option<String>,
}

/// Events, and what is done with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) records: Vec<Record>,
    /// A second.
    pub(super) rate: u32,
    pub(super) again: bool,
    pub(super) limit: Option<u64>,
    pub(super) way: Way,
}

/// How events come into a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Through the function at this place.
    Function(usize),
    /// Straight into this stream.
    Stream(String),
}

impl InputArguments {
    /// Reads the file.
    pub(super) fn read(&self, deployment: &Deployment) -> Result<Option<Input>, Failure> {
        let (Some(path), Some(field)) = (&self.input, &self.group_by) else { return Ok(None) };
        let way = self.way(deployment)?;
        let records = read(path, field)?;
        let Self { rate, again, limit, .. } = *self;
        Ok(Some(Input { name: path.display().to_string(), records, rate, again, limit, way }))
    }

    fn way(&self, deployment: &Deployment) -> Result<Way, Failure> {
        let functions = || deployment.functions.iter().map(|function| function.name.as_str());
        let streams = || deployment.streams.iter().map(|stream| stream.name.as_str());
        if let Some(name) = &self.through {
            let place = functions().position(|function| function == name);
            return Ok(Way::Function(place.ok_or_else(|| unknown("--through", "function", name, functions()))?));
        }
        if let Some(name) = &self.into {
            let stream = streams().find(|stream| stream == name);
            let stream = stream.ok_or_else(|| unknown("--into", "stream", name, streams()))?;
            return Ok(Way::Stream(stream.to_owned()));
        }
        if let Some(place) = deployment.functions.iter().position(is_producer) {
            return Ok(Way::Function(place));
        }
        match &deployment.streams[..] {
            [stream] => Ok(Way::Stream(stream.name.clone())),
            [] => Err("there is no stream to put --input into".into()),
            _ => {
                Err(format!("--input may go into several streams: say which one by --into: {}", list(streams())).into())
            }
        }
    }
}

/// Whether it takes events and puts them, as kinetrace's function `producer` does.
fn is_producer(function: &FunctionPlan) -> bool {
    ["KINETRACE_STREAM", "KINETRACE_GROUP_FIELD"].iter().all(|name| function.env.iter().any(|(known, _)| known == name))
}

fn unknown<'n>(flag: &str, what: &str, name: &str, there: impl Iterator<Item = &'n str>) -> Failure {
    format!("{flag} {name}: there is no such {what}; there are: {}", list(there)).into()
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn read(path: &Path, field: &str) -> Result<Vec<Record>, Failure> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read --input {}: {error}", path.display()))?;
    let records = events::read(&text, field)
        .map_err(|error| format!("--input {}: {error} (--group-by {field})", path.display()))?;
    if records.is_empty() {
        return Err(format!("--input {}: there is no event in it", path.display()).into());
    }
    Ok(records)
}
