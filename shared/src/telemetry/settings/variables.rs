//! The environment as a value.

use std::collections::BTreeMap;

/// Environment variables by their names.
#[derive(Debug, Clone, Default)]
pub(in crate::telemetry) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Those of this process. What is not UTF-8 is kept with U+FFFD in its place, so that it can be reported.
    pub(in crate::telemetry) fn of_process() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self(std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect())
    }

    /// Without the white space around it; parameters that come from files end in a newline. The specification: an empty
    /// value is the same as none.
    pub(in crate::telemetry) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The names of those that have a value, in alphabetical order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(|name| self.get(name).is_some())
    }

    /// The same, but for one; an empty value removes it.
    pub(in crate::telemetry) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Variables {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// What a row of a table sets.
#[cfg(test)]
pub(super) type Given<'a> = &'a [(&'a str, &'a str)];
