//! What operators should know, and no caller can be told.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Writes a line to standard error, which Lambda sends to CloudWatch. A log that cannot be written must not fail
/// anything, so nothing is said of it.
pub fn complain(line: impl Display) {
    let _ = writeln!(io::stderr(), "kinetrace: {line}");
}
