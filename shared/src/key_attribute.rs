//! Whether the spans of a record name its key.

use crate::lines::warn;

const VARIABLE: &str = "KINETRACE_KEY_ATTRIBUTE";

/// Whether spans name the keys of their records, by `KINETRACE_KEY_ATTRIBUTE`: `true` or `false`, and `true` if it is not set.
///
/// A value that is neither gets a warning and counts as `false`: a program starts whatever it says, and what
/// may be personal leaves only if the operator wants it to.
pub fn key_attribute(lookup: impl Fn(&str) -> Option<String>) -> bool {
    let (is_wanted, line) = read(lookup(VARIABLE).as_deref());
    line.into_iter().for_each(warn);
    is_wanted
}

fn read(value: Option<&str>) -> (bool, Option<String>) {
    match value.map(str::trim).unwrap_or_default() {
        "" | "true" => (true, None),
        "false" => (false, None),
        other => {
            let line = format!("{VARIABLE}={other:?} is not understood, so no span names a key: use `true` or `false`");
            (false, Some(line))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_name_keys_unless_it_is_switched_off_and_do_not_if_what_was_meant_is_not_known() {
        for (value, is_wanted, is_told) in [
            (None, true, false),
            (Some(" "), true, false),
            (Some(" true "), true, false),
            (Some("false"), false, false),
            (Some("no"), false, true),
            (Some("TRUE"), false, true),
        ] {
            let (read, line) = read(value);
            assert_eq!((read, line.is_some()), (is_wanted, is_told), "{value:?}");
            assert!(line.is_none_or(|line| line.contains(VARIABLE) && line.contains(value.unwrap())), "{value:?}");
        }
    }
}
