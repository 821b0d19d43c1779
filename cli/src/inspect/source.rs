//! Where an input comes from.

use std::fmt;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    StandardInput,
}

impl Source {
    /// `-` stands for standard input.
    pub(super) fn named(path: &Path) -> Self {
        if path == Path::new("-") { Source::StandardInput } else { Source::File(path.to_owned()) }
    }

    /// The file's name; `None` of standard input.
    pub(super) fn file(&self) -> Option<String> {
        match self {
            Source::File(path) => Some(path.display().to_string()),
            Source::StandardInput => None,
        }
    }

    /// All of it, as it is.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Source::File(path) => std::fs::read(path),
            Source::StandardInput => {
                if io::stdin().is_terminal() {
                    eprintln!("reading standard input, up to Ctrl-D; `--help` has examples");
                }
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path) => write!(f, "{}", path.display()),
            Source::StandardInput => f.write_str("standard input"),
        }
    }
}
