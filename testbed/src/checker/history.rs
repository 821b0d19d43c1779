//! Reading histories: files of one JSON object a line, or what CloudWatch gives out.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::checker::Checker;
use super::history_line::{HistoryLine, Wrapping};
use super::settings::CheckerSettings;
use crate::printable::Printable;

/// What was read of one or more files.
#[derive(Debug)]
pub struct History {
    /// Has all events. One that stands there more than once, as it does where the times of two reads of a log overlap,
    /// counts once.
    pub checker: Checker,
    /// Lines that are not events: START, END, REPORT, and whatever else was logged.
    pub skipped: u64,
}

/// Why a history cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A file cannot be read.
    #[error("cannot read the history {}: check the path", Printable(&path.display().to_string()))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing to check.
    #[error("no produce and no process event in {}: {reason}", Paths(paths))]
    Empty {
        /// The files.
        paths: Vec<PathBuf>,
        /// Why that may be so, and the way out.
        reason: String,
    },
}

/// What stood in the way of events.
#[derive(Debug, Default)]
struct Obstacles {
    lines: u64,
    first_unreadable: Option<String>,
    wrapping: Option<Wrapping>,
}

impl History {
    /// Reads files into one history. It is checked as far as it can be read: lines that say they are events and are not
    /// are counted in the verdict.
    ///
    /// # Errors
    /// See [`HistoryError`]. A history without any event of a record is one: a checker that passes on nothing proves
    /// nothing.
    pub fn read<P: AsRef<Path>>(paths: &[P], settings: CheckerSettings) -> Result<Self, HistoryError> {
        let mut history = Self { checker: Checker::new(settings), skipped: 0 };
        let mut obstacles = Obstacles::default();
        for path in paths.iter().map(AsRef::as_ref) {
            let failed = |source| HistoryError::Read { path: path.into(), source };
            let file = File::open(path).map_err(failed)?;
            history.append(path, BufReader::new(file), &mut obstacles).map_err(failed)?;
        }
        if history.checker.is_empty() {
            let paths = paths.iter().map(|path| path.as_ref().to_path_buf()).collect();
            return Err(HistoryError::Empty { paths, reason: obstacles.reason() });
        }
        Ok(history)
    }

    fn append(&mut self, path: &Path, mut lines: impl BufRead, obstacles: &mut Obstacles) -> io::Result<()> {
        let path = path.display().to_string();
        let mut bytes = Vec::new();
        for number in 1_u64.. {
            bytes.clear();
            if lines.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            let origin = || format!("{}:{number}: ", Printable(&path));
            obstacles.lines += 1;
            match HistoryLine::read(&bytes) {
                HistoryLine::Event(event) => self.checker.add_from(*event, origin),
                HistoryLine::Unreadable(why) => {
                    obstacles.first_unreadable.get_or_insert_with(|| origin() + &why);
                    self.checker.add_unreadable(|| origin() + &why);
                }
                HistoryLine::Other(wrapping) => {
                    obstacles.wrapping = obstacles.wrapping.or(wrapping);
                    self.skipped += 1;
                }
            }
        }
        Ok(())
    }
}

impl Obstacles {
    fn reason(&self) -> String {
        match (&self.first_unreadable, self.wrapping, self.lines) {
            (Some(first), ..) => format!("the lines that say they are events cannot be read, the first is {first}"),
            (None, Some(wrapping), _) => wrapping.to_string(),
            (None, None, 0) => "there is no line at all".to_owned(),
            (None, None, lines) => format!(
                "none of the {lines} lines is one; they are logged to standard output, one JSON object a line, by both \
                 functions and by whoever logs them for a library"
            ),
        }
    }
}

struct Paths<'p>(&'p [PathBuf]);

impl fmt::Display for Paths<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.0.iter().map(|path| Printable(&path.display().to_string()).to_string()).collect();
        f.write_str(&paths.join(", "))
    }
}

#[cfg(test)]
mod tests;
