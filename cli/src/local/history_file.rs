//! The history, written as it comes.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use kinetrace::history::Event;

use crate::outcome::Failure;

/// In microseconds.
const FLUSHED_EVERY: u64 = 1_000_000;

/// A file for `kinetrace verify`. What cannot be written stops nothing, and is told at the end.
#[derive(Debug)]
pub(super) struct HistoryFile {
    path: PathBuf,
    file: BufWriter<File>,
    line: Vec<u8>,
    /// When all of it was written last, in microseconds.
    flushed: u64,
    failure: Option<io::Error>,
}

impl HistoryFile {
    /// Opened before the run: a path that cannot be written should not cost its history.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| format!("cannot write --history {}: {error}", path.display()))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), line: Vec::new(), flushed: 0, failure: None })
    }

    pub(super) fn add(&mut self, event: &Event) {
        self.line.clear();
        event.append_to(&mut self.line);
        if self.failure.is_none() {
            self.failure = self.file.write_all(&self.line).err();
        }
    }

    /// Writes what waits once a second, so that a process that is killed loses little.
    pub(super) fn look(&mut self, now: u64) {
        if now.saturating_sub(self.flushed) >= FLUSHED_EVERY && self.failure.is_none() {
            self.flushed = now;
            self.failure = self.file.flush().err();
        }
    }

    /// Says why the file is not whole, if it is not.
    pub(super) fn finish(&mut self) -> Option<String> {
        let failure = self.failure.take().or_else(|| self.file.flush().err());
        failure.map(|error| format!("--history {} is not whole: {error}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::history::{Produce, PutOutcome, Timestamp};

    use super::*;

    #[test]
    fn a_process_that_is_killed_leaves_all_but_the_last_second() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.jsonl");
        let mut file = HistoryFile::create(&path).unwrap();
        let mut lines_after = |now| {
            let put = Produce::new("s", "k", PutOutcome::Failed, Timestamp(1), Timestamp(2));
            file.add(&Event::Produce(put));
            file.look(now);
            std::fs::read_to_string(&path).unwrap().lines().count()
        };
        let second = FLUSHED_EVERY;
        assert_eq!([second, 2 * second - 1, 2 * second].map(&mut lines_after), [1, 1, 3]);
    }
}
