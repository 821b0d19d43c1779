//! Why a history cannot be checked.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::printable::Printable;

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

struct Paths<'p>(&'p [PathBuf]);

impl fmt::Display for Paths<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.0.iter().map(|path| Printable(&path.display().to_string()).to_string()).collect();
        f.write_str(&paths.join(", "))
    }
}
