//! Reading histories: what programs log, and what CloudWatch, its exports and other people's logs make of it.
//!
//! ```text
//! path ─▶ files ─▶ unpacked (gzip, UTF-16) ─▶ scanner ─▶ events, and what cannot be read ─▶ the checker
//! ```

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use kinetrace::history::Event;

use self::cells::Cells;
use self::chunk::fill;
pub use self::error::HistoryError;
use self::files::{STANDARD_INPUT, files};
use self::finding::Finding;
use self::obstacles::Obstacles;
use self::scanner::Scanner;
use self::unpacked::{Unpacked, is_cut, unpacked};
use super::checker::Checker;
use super::completeness::Lack;
use super::settings::CheckerSettings;
use crate::printable::Printable;

mod cells;
mod chunk;
mod document;
mod embedding;
mod error;
mod files;
mod finding;
mod frame;
mod obstacles;
mod scanner;
mod unpacked;
mod utf16;
mod window;

/// What was read of one or more files.
#[derive(Debug)]
pub struct History {
    /// Has all events. One that stands there more than once, as it does where the times of two reads of a log overlap,
    /// counts once.
    pub checker: Checker,
    /// Lines that hold no part of an event: START, END, REPORT, whatever else was logged, and what an export adds.
    pub skipped: u64,
}

/// So much is read at once.
const CHUNK: usize = 64 << 10;

/// Is shown each event.
type Show<'s> = &'s mut dyn FnMut(&Event);

impl History {
    /// Reads files into one history; a directory stands for all files in it, and `-` for standard input. It is checked as
    /// far as it can be read: what says that it is an event and is not, and documents that are cut off or parts, are
    /// counted in the verdict.
    ///
    /// # Errors
    /// See [`HistoryError`]. A history without any event of a record is one: a checker that passes on nothing proves
    /// nothing.
    pub fn read<P: AsRef<Path>>(paths: &[P], settings: CheckerSettings) -> Result<Self, HistoryError> {
        Self::read_with(paths, settings, |_| ())
    }

    /// The same, and shows each event as it is read. One that stands there more than once is shown as often.
    ///
    /// # Errors
    /// See [`Self::read`].
    pub fn read_with<P: AsRef<Path>>(
        paths: &[P],
        settings: CheckerSettings,
        mut show: impl FnMut(&Event),
    ) -> Result<Self, HistoryError> {
        let mut history = Self { checker: Checker::new(settings), skipped: 0 };
        let mut obstacles = Obstacles::default();
        let failed = |path: &Path, source| HistoryError::Read { path: path.into(), source };
        for path in paths {
            for file in files(path.as_ref()).map_err(|(path, source)| failed(&path, source))? {
                history.append_file(&file, &mut obstacles, &mut show).map_err(|source| failed(&file, source))?;
            }
        }
        if history.checker.is_empty() {
            let paths = paths.iter().map(|path| path.as_ref().to_path_buf()).collect();
            return Err(HistoryError::Empty { paths, reason: obstacles.reason() });
        }
        Ok(history)
    }

    /// The same for one text, of this name, that is read from somewhere else.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn from_reader(name: &str, reader: impl Read, settings: CheckerSettings) -> Result<Self, HistoryError> {
        let mut history = Self { checker: Checker::new(settings), skipped: 0 };
        let mut obstacles = Obstacles::default();
        let path = || PathBuf::from(name);
        let read = history.append_packed(&Printable(name).to_string(), reader, &mut obstacles, &mut |_| ());
        read.map_err(|source| HistoryError::Read { path: path(), source })?;
        if history.checker.is_empty() {
            return Err(HistoryError::Empty { paths: vec![path()], reason: obstacles.reason() });
        }
        Ok(history)
    }

    fn append_file(&mut self, path: &Path, obstacles: &mut Obstacles, show: Show<'_>) -> io::Result<()> {
        let is_input = path.as_os_str() == STANDARD_INPUT;
        let name = if is_input { "standard input".to_owned() } else { path.display().to_string() };
        let name = Printable(&name).to_string();
        let reader: Box<dyn Read> = if is_input { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
        self.append_packed(&name, reader, obstacles, show)
    }

    fn append_packed(
        &mut self,
        name: &str,
        packed: impl Read,
        obstacles: &mut Obstacles,
        show: Show<'_>,
    ) -> io::Result<()> {
        obstacles.files += 1;
        match unpacked(packed)? {
            Unpacked::Text(text) => self.append(name, text, obstacles, show),
            Unpacked::Packed(packing) => {
                obstacles.packing.get_or_insert(packing);
                self.checker.add_lack(Lack::PackedFiles, || format!("{name}: {packing}"));
                Ok(())
            }
        }
    }

    fn append(&mut self, name: &str, mut text: impl Read, obstacles: &mut Obstacles, show: Show<'_>) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        let (mut scanner, mut cells) = (Scanner::default(), Cells::default());
        for number in 0_u64.. {
            let (count, end) = fill(&mut text, &mut chunk);
            let read = &chunk[..count];
            if number == 0 {
                obstacles.look_at(read);
            }
            cells.feed(read);
            scanner.feed(read);
            self.take(&mut scanner, name, obstacles, show);
            match end {
                Ok(false) => {}
                Ok(true) => break,
                Err(error) if is_cut(&error) => {
                    let why = Printable(&error.to_string()).to_string();
                    self.cut(obstacles, || format!("{name}: its compressed data breaks off: {why}"));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        scanner.finish();
        self.take(&mut scanner, name, obstacles, show);
        if let Some(part) = cells.part() {
            self.part(obstacles, || format!("{name}: {part}"));
        }
        self.skipped += scanner.skipped;
        obstacles.lines += scanner.lines();
        Ok(())
    }

    /// Hands on what was found.
    fn take(&mut self, scanner: &mut Scanner, name: &str, obstacles: &mut Obstacles, show: Show<'_>) {
        for (place, finding) in scanner.take() {
            match finding {
                Finding::Event(event) => {
                    show(&event);
                    self.checker.add_from(*event, || format!("{name}:{place}: "));
                }
                Finding::Unreadable(why) => {
                    let what = || format!("{name}:{place}: {why}");
                    obstacles.first_unreadable.get_or_insert_with(what);
                    self.checker.add_lack(Lack::UnreadableLines, what);
                }
                Finding::Cut(why) => self.cut(obstacles, || format!("{name}:{place}: {why}")),
                Finding::Part(why) => self.part(obstacles, || format!("{name}:{place}: {why}")),
            }
        }
    }

    fn cut(&mut self, obstacles: &mut Obstacles, what: impl Fn() -> String) {
        obstacles.first_part.get_or_insert_with(&what);
        self.checker.add_lack(Lack::CutDocuments, what);
    }

    fn part(&mut self, obstacles: &mut Obstacles, what: impl Fn() -> String) {
        obstacles.first_part.get_or_insert_with(&what);
        self.checker.add_lack(Lack::PartialDocuments, what);
    }
}

#[cfg(test)]
mod tests;
