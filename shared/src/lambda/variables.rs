//! The variables `KINETRACE_…`, and those among them that nobody reads.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::context::propagators;
use crate::lines::warn;
use crate::telemetry::FLUSH_VARIABLES;

const PREFIX: &str = "KINETRACE_";

/// What the exporter reads, with the features that have it do so: `settings/signing.rs` of telemetry.
const OF_EXPORTER: [(&str, bool); 4] = [
    ("KINETRACE_OTLP_LOGS_SIGV4", cfg!(feature = "otlp-logs")),
    ("KINETRACE_OTLP_METRICS_SIGV4", cfg!(feature = "otlp")),
    ("KINETRACE_OTLP_SIGV4", cfg!(feature = "otlp")),
    ("KINETRACE_OTLP_TRACES_SIGV4", cfg!(feature = "otlp")),
];

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
    let asked: RefCell<BTreeSet<_>> = RefCell::new(of_telemetry().map(str::to_owned).collect());
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

/// What telemetry asks for, as this program is built.
fn of_telemetry() -> impl Iterator<Item = &'static str> {
    let of_exporter = OF_EXPORTER.into_iter().filter_map(|(name, is_read)| is_read.then_some(name));
    FLUSH_VARIABLES.into_iter().chain(propagators::VARIABLES).chain(of_exporter)
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
    fn of_the_variables_that_name_a_signature_those_are_known_that_the_exporter_reads() {
        let known: Vec<_> = of_telemetry().filter(|name| name.ends_with("_SIGV4")).collect();
        let signals = ["LOGS", "METRICS", "TRACES"].map(|signal| format!("KINETRACE_OTLP_{signal}_SIGV4"));
        for (name, is_known) in
            signals.iter().zip([cfg!(feature = "otlp-logs"), cfg!(feature = "otlp"), cfg!(feature = "otlp")])
        {
            assert_eq!(known.contains(&name.as_str()), is_known, "{name}");
        }
    }

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
