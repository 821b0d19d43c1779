//! A program that is there.

use std::path::{Path, PathBuf};

use super::super::deployment::Program;

/// A program, and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) program: Program,
    pub(crate) notes: Vec<String>,
}

/// The path from the root. Programs are started in a folder of their own.
pub(super) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// The path from the working directory, if it is below that.
pub(super) fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.to_owned())
}
