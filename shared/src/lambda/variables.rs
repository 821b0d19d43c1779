//! The variables `KINETRACE_…`, and those among them that nobody reads.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::context::propagators;
use crate::lines::warn;
use crate::telemetry::FLUSH_VARIABLES;

const PREFIX: &str = "KINETRACE_";

/// What `read` makes of the environment, given a way to ask for a variable.
///
/// A variable that begins with `KINETRACE_` and that `read` did not ask for gets a warning: its name is most
/// likely misspelt, and what it was to set is at its default. (Those of [`FlushPolicy`](crate::FlushPolicy) and of
/// [`Propagators`](crate::Propagators) are known anyway; [`Telemetry`](crate::Telemetry) asks for them.)
///
/// # Errors
///
/// Those of `read`.
///
/// ```
/// let missing = kinetrace::lambda::read_variables(|get| get("KINETRACE_STREAM").ok_or("KINETRACE_STREAM is not set"));
/// assert_eq!(missing, Err("KINETRACE_STREAM is not set"));
/// ```
pub fn read_variables<T, E>(read: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Result<T, E>) -> Result<T, E> {
    let telemetrys = FLUSH_VARIABLES.into_iter().chain(propagators::VARIABLES);
    let asked: RefCell<BTreeSet<_>> = RefCell::new(telemetrys.map(str::to_owned).collect());
    let value = read(&|name| {
        asked.borrow_mut().insert(name.to_owned());
        std::env::var(name).ok()
    })?;
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    if let Some(line) = unread(set, &asked.borrow()) {
        warn(line);
    }
    Ok(value)
}

fn unread(set: impl Iterator<Item = String>, asked: &BTreeSet<String>) -> Option<String> {
    let mut unread: Vec<_> = set.filter(|name| name.starts_with(PREFIX) && !asked.contains(name)).collect();
    unread.sort();
    let known: Vec<_> = asked.iter().map(String::as_str).filter(|name| name.starts_with(PREFIX)).collect();
    let (are, them) = if unread.len() == 1 { ("is", "it") } else { ("are", "them") };
    let line =
        || format!("{} {are} set, and nothing here reads {them}; there are {}", unread.join(", "), known.join(", "));
    (!unread.is_empty()).then(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_variable_is_reported_with_the_known_ones() {
        let asked = ["AWS_LAMBDA_FUNCTION_NAME", "KINETRACE_CARRIER", "KINETRACE_STREAM"].map(str::to_owned).into();
        let unread = |set: &[&str]| unread(set.iter().map(|&name| name.to_owned()), &asked);
        for silent in [&["KINETRACE_CARRIER"][..], &["KINETRACE", "CARRIER", "OTEL_SDK_DISABLED"], &[]] {
            assert_eq!(unread(silent), None, "{silent:?}");
        }
        let line = unread(&["KINETRACE_STREAM", "KINETRACE_CARIER"]).unwrap();
        assert_eq!(
            line,
            "KINETRACE_CARIER is set, and nothing here reads it; there are KINETRACE_CARRIER, KINETRACE_STREAM"
        );
        let line = unread(&["KINETRACE_STREM", "KINETRACE_CARIER"]).unwrap();
        assert!(line.starts_with("KINETRACE_CARIER, KINETRACE_STREM are set, and nothing here reads them"), "{line}");
    }
}
