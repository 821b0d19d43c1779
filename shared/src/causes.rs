//! An error and why, on one line.

use std::error::Error;
use std::fmt;

use crate::one_line::one_line;

/// Of an error and its causes together, in bytes. Some chains have twenty, each with a text of a service in it.
const MAX_CAUSES: usize = 4096;

/// Shows an error and its sources, joined by colons: what a log line or a terminal wants. A cause that its error quotes
/// already is not told twice. Line breaks in a text are escaped and its length is bounded, as by [`one_line`].
///
/// ```
/// use kinetrace::__private::Causes;
///
/// #[derive(Debug, thiserror::Error)]
/// #[error("cannot read orders.ndjson")]
/// struct Unreadable(#[source] std::fmt::Error);
///
/// let error = Unreadable(std::fmt::Error);
/// assert!(Causes(&error).to_string().starts_with("cannot read orders.ndjson: an error occurred"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Causes<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.to_string();
        let mut line = text.clone();
        let mut source = self.0.source();
        while let Some(error) = source {
            let cause = error.to_string();
            if !text.contains(&cause) {
                line.push_str(": ");
                line.push_str(&cause);
            }
            text = cause;
            source = error.source();
        }
        f.write_str(&one_line(&line, MAX_CAUSES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Step {
        text: &'static str,
        source: Option<Box<Step>>,
    }

    #[test]
    fn every_cause_is_told_once() {
        for (texts, line) in [
            (&["a"][..], "a"),
            (&["top", "middle", "bottom"], "top: middle: bottom"),
            (&["top: middle", "middle", "bottom"], "top: middle: bottom"),
            (&["top", "first\nsecond\u{1b}[1m"], r"top: first\nsecond\u001b[1m"),
        ] {
            let chain = texts.iter().rev().fold(None, |source, text| Some(Box::new(Step { text, source })));
            assert_eq!(Causes(&*chain.unwrap()).to_string(), line);
        }
    }
}
