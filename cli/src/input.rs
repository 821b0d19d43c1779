//! The events that demo and benchmark publish.

use std::io;
use std::path::{Path, PathBuf};

use kinetrace_producer::Record;
use kinetrace_producer_function::events::{self, EventsError};

/// The committed sample, for those who name no file.
const FLIGHTS: &str = include_str!("../data/flights-2013-01-01_07.ndjson");

/// Which events, and how they are grouped.
#[derive(Debug, Clone, clap::Args)]
// Else clap would name its group like that of the command whose arguments these become part of.
#[group(skip)]
pub(crate) struct Arguments {
    /// Newline-delimited JSON, or a JSON array, of objects [default: a week of flights, built in]
    #[arg(long, value_name = "FILE", requires = "group_by")]
    input: Option<PathBuf>,
    /// The field whose value is an event's group [default for the flights: tailnum]
    #[arg(long, value_name = "FIELD")]
    group_by: Option<String>,
}

/// The input cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("cannot read --input {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("--input {path}: {source} (--group-by {group_by})")]
    Events { path: PathBuf, group_by: String, source: EventsError },
    #[error("--input {0}: there is no event in it")]
    Empty(PathBuf),
}

/// The events, in the order of the file.
#[derive(Debug)]
pub(crate) struct Input {
    /// Where they come from, for people.
    pub(crate) name: String,
    pub(crate) group_by: String,
    pub(crate) records: Vec<Record>,
}

impl Arguments {
    pub(crate) fn read(&self) -> Result<Input, InputError> {
        let group_by = self.group_by.clone().unwrap_or_else(|| "tailnum".to_owned());
        let (path, text) = match &self.input {
            Some(path) => (path.clone(), read(path)?),
            None => (PathBuf::from("data/flights-2013-01-01_07.ndjson"), FLIGHTS.to_owned()),
        };
        let records = events::read(&text, &group_by).map_err(|source| InputError::Events {
            path: path.clone(),
            group_by: group_by.clone(),
            source,
        })?;
        if records.is_empty() {
            return Err(InputError::Empty(path));
        }
        Ok(Input { name: path.display().to_string(), group_by, records })
    }
}

fn read(path: &Path) -> Result<String, InputError> {
    std::fs::read_to_string(path).map_err(|source| InputError::Read { path: path.to_owned(), source })
}
