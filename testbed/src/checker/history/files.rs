//! Which files there are: those that were named, and those in directories.

use std::io;
use std::path::{Path, PathBuf};

/// What an export of CloudWatch Logs to S3 leaves next to its files, to see whether it may write.
const WRITE_TEST: &str = "aws-logs-write-test";

/// What stands for standard input.
pub(super) const STANDARD_INPUT: &str = "-";

/// The files in the order of their names. A directory stands for all that is below it; a link to one is not followed.
///
/// # Errors
/// With the path that cannot be read.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    if path.as_os_str() == STANDARD_INPUT || !path.is_dir() {
        return Ok(vec![path.into()]);
    }
    let mut files = Vec::new();
    let mut directories = vec![path.to_path_buf()];
    while let Some(directory) = directories.pop() {
        let failed = |error| (directory.clone(), error);
        for entry in std::fs::read_dir(&directory).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
            if kind.is_dir() {
                directories.push(path);
            } else if path.is_file() && entry.file_name() != WRITE_TEST {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
