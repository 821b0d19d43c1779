//! Variables as they are read, and what has to be reported about them.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::variables::Variables;

/// A value is shown up to this length, in bytes.
const LONGEST_VALUE: usize = 256;

/// What the specification calls no limit, as a number that clocks can be set by.
pub(super) const NO_LIMIT: Duration = Duration::from_millis(i32::MAX as u64);

const MILLISECONDS: &str = "use a whole number of milliseconds, such as 5000";

/// The variables, and a line for each that does not do what it says.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    variables: &'a Variables,
    warnings: Vec<String>,
    is_muted: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn of(variables: &'a Variables) -> Self {
        Self { variables, warnings: Vec::new(), is_muted: false }
    }

    /// The value, trimmed; an empty one is none.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.variables.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.variables.names()
    }

    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// What `read` makes of the variables. Unless it `counts`, nothing is reported about what is wrong with them.
    pub(super) fn judge<T>(&mut self, counts: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let was_muted = self.is_muted;
        self.is_muted |= !counts;
        let read = read(self);
        self.is_muted = was_muted;
        read
    }

    /// Once: two signals may read the same variable.
    pub(super) fn tell(&mut self, line: String) {
        if !self.is_muted && !self.warnings.contains(&line) {
            self.warnings.push(line);
        }
    }

    pub(super) fn not_understood(&mut self, name: &str, value: &str, instead: impl Display, hint: &str) {
        self.tell(format!("{name}={} is not understood, so {instead} is used: {hint}", shown(value)));
    }

    pub(super) fn no_effect(&mut self, name: &str, value: &str, reason: &str) {
        self.tell(format!("{name}={} has no effect: {reason}", shown(value)));
    }

    /// The first of the variables that can be parsed, or the default. The others before it are reported.
    pub(super) fn first<T>(
        &mut self,
        names: &[&str],
        parse: impl Fn(&str) -> Option<T>,
        default: (T, &str),
        hint: &str,
    ) -> T {
        let mut malformed = Vec::new();
        let mut found = None;
        for name in names {
            let Some(value) = self.get(name) else { continue };
            if let Some(parsed) = parse(value) {
                found = Some((parsed, value));
                break;
            }
            malformed.push((*name, value));
        }
        let (parsed, instead) = found.unwrap_or(default);
        for (name, value) in malformed {
            self.not_understood(name, value, instead, hint);
        }
        parsed
    }

    /// A number that `is_valid`; `instead` of one that is not, the caller has a default.
    pub(super) fn number<T: FromStr>(
        &mut self,
        name: &str,
        is_valid: impl Fn(&T) -> bool,
        instead: &str,
        hint: &str,
    ) -> Option<T> {
        let parse = |value: &str| value.parse().ok().filter(|number| is_valid(number)).map(Some);
        self.first(&[name], parse, (None, instead), hint)
    }

    /// A duration above zero.
    pub(super) fn duration(&mut self, name: &str, instead: &str) -> Option<Duration> {
        let milliseconds = self.number(name, |milliseconds: &u64| *milliseconds > 0, instead, MILLISECONDS)?;
        Some(Duration::from_millis(milliseconds).min(NO_LIMIT))
    }

    /// By the first of the variables that is understood; 0 means no limit, by the specification.
    pub(super) fn timeout(&mut self, names: &[&str], default: (Option<Duration>, &str)) -> Option<Duration> {
        let parse = |value: &str| {
            let milliseconds: u64 = value.parse().ok()?;
            let limit = Duration::from_millis(milliseconds).min(NO_LIMIT);
            Some(Some(if limit.is_zero() { NO_LIMIT } else { limit }))
        };
        self.first(names, parse, default, MILLISECONDS)
    }
}

/// The value as a line shows it: quoted, and no longer than a reader needs. A file in PEM is not shown, whichever variable it
/// is in: it may have a key in it.
pub(super) fn shown(value: &str) -> String {
    if is_pem(value) {
        return "(PEM, which is not shown)".to_owned();
    }
    match value.char_indices().find(|(index, c)| index + c.len_utf8() > LONGEST_VALUE) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

pub(super) fn is_pem(value: &str) -> bool {
    value.contains("-----BEGIN")
}

/// The elements of a list, in lower case: the specification has enumerations without regard to case.
pub(super) fn elements(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(|element| element.trim().to_ascii_lowercase()).filter(|element| !element.is_empty())
}
