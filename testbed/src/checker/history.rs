//! Reading histories: files of one JSON object a line, or what CloudWatch gives out.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use kinetrace::history::Event;
use serde::Deserialize;

/// The events of one or more files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// In the order of the lines. An event that stands there more than once, as it does where the times of two reads
    /// of a log overlap, counts once.
    pub events: Vec<Event>,
    /// Lines that are no events: START, END, REPORT, and whatever else was logged.
    pub skipped: u64,
}

/// Why a history cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A file cannot be read.
    #[error("cannot read the history {path}: check the path and that the file is UTF-8 text")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line says that it is an event and is not.
    #[error("{path}:{line} says it is an event but does not parse: was it cut off, or written by another version?")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// There is nothing to check.
    #[error(
        "no {missing} event in {paths:?} ({skipped} other lines skipped): give the logs of both the producer and the consumer, with history events switched on"
    )]
    Empty {
        /// `produce` or `process`.
        missing: &'static str,
        /// The files.
        paths: Vec<PathBuf>,
        /// Lines that were no events.
        skipped: u64,
    },
}

impl History {
    /// Reads files into one history.
    ///
    /// # Errors
    /// See [`HistoryError`]. No `produce` or no `process` event at all is one: a checker that passes on nothing proves
    /// nothing.
    pub fn read<P: AsRef<Path>>(paths: &[P]) -> Result<Self, HistoryError> {
        let mut history = Self { events: Vec::new(), skipped: 0 };
        let mut seen = HashSet::new();
        for path in paths.iter().map(AsRef::as_ref) {
            let file = File::open(path).map_err(|source| HistoryError::Read { path: path.into(), source })?;
            history.append(path, BufReader::new(file), &mut seen)?;
        }
        history.complete(paths.iter().map(|path| path.as_ref().to_path_buf()).collect())
    }

    fn append(&mut self, path: &Path, lines: impl BufRead, seen: &mut HashSet<Event>) -> Result<(), HistoryError> {
        for (line, text) in (1..).zip(lines.lines()) {
            let text = text.map_err(|source| HistoryError::Read { path: path.into(), source })?;
            match event(&text).map_err(|source| HistoryError::Line { path: path.into(), line, source })? {
                Some(event) if !seen.contains(&event) => {
                    seen.insert(event.clone());
                    self.events.push(event);
                }
                Some(_) => {}
                None => self.skipped += 1,
            }
        }
        Ok(())
    }

    fn complete(self, paths: Vec<PathBuf>) -> Result<Self, HistoryError> {
        let any = |is: fn(&Event) -> bool| self.events.iter().any(is);
        let missing = if !any(|event| matches!(event, Event::Produce(_))) {
            "produce"
        } else if !any(|event| matches!(event, Event::Process(_))) {
            "process"
        } else {
            return Ok(self);
        };
        Err(HistoryError::Empty { missing, paths, skipped: self.skipped })
    }
}

/// The event of a line, if it is one. What stands before the first brace (`aws logs tail` puts a time and the log
/// stream's name there) does not matter.
fn event(line: &str) -> Result<Option<Event>, serde_json::Error> {
    let Some(start) = line.find('{') else { return Ok(None) };
    let json = line[start..].trim_end();
    serde_json::from_str(json).map(Some).or_else(|error| if claims(json) { Err(error) } else { Ok(None) })
}

/// Whether a line that is no event says that it is one.
fn claims(json: &str) -> bool {
    #[derive(Deserialize)]
    struct Named {
        event: Option<String>,
    }
    const NAMES: [&str; 3] = ["produce", "process", "shard"];
    match serde_json::from_str::<Named>(json) {
        Ok(Named { event }) => event.is_some_and(|event| NAMES.contains(&event.as_str())),
        // A line that was cut off is not JSON, so only its text can tell.
        Err(error) if !error.is_data() => {
            let after = json.split(r#""event""#).skip(1).filter_map(|rest| rest.trim_start().strip_prefix(':'));
            let quoted = |rest: &str| Some(rest.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned());
            after.filter_map(quoted).any(|name| NAMES.contains(&name.as_str()))
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests;
