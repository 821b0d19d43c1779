//! What is put.

use std::fmt::Write as _;

use tempfile::TempDir;

/// A file of so many events, of as many keys: flight `n` of plane `n % keys`.
pub(crate) fn file(events: usize, keys: usize) -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.ndjson");
    let mut text = String::new();
    for flight in 0..events {
        writeln!(text, r#"{{"plane":"N{}","flight":{flight}}}"#, flight % keys).unwrap();
    }
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (directory, path)
}
