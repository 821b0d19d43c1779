//! The entries of an event, one after another.

use serde::Deserialize;
use serde_json::value::RawValue;

/// Entries that are yet to come.
#[derive(Debug, Clone)]
pub(crate) enum Cursor<'e, 'a> {
    /// In the text of an array, from the next of them on.
    Text(&'a str),
    /// Each by itself, and how many bytes they have.
    Each(&'e [&'a RawValue], usize),
}

/// What comes.
pub(super) enum Next<'a, T> {
    Entry(&'a RawValue),
    /// What was made of it.
    Known(T),
    End,
}

impl<'e, 'a> Cursor<'e, 'a> {
    /// Of an array.
    pub(super) fn of_text(array: &'a RawValue) -> Self {
        let array = array.get();
        Self::after_bracket(array.strip_prefix('[').unwrap_or(array))
    }

    /// Of an array of which the text has all but how it begins.
    pub(super) fn after_bracket(text: &'a str) -> Self {
        Self::Text(trim(text))
    }

    pub(super) fn of_each(entries: &'e [&'a RawValue]) -> Self {
        Self::Each(entries, entries.iter().map(|entry| entry.get().len()).sum())
    }

    pub(super) fn is_at_end(&self) -> bool {
        match self {
            Self::Text(text) => text.starts_with(']'),
            Self::Each(entries, _) => entries.is_empty(),
        }
    }

    /// How many bytes the entries have, with what stands between them.
    pub(super) fn left(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Each(_, left) => *left,
        }
    }

    /// The next entry, or what `know` makes of a text that begins with it, and then leaves of the text. `None` if that is not
    /// JSON.
    pub(super) fn next<T>(&mut self, know: impl FnOnce(&'a str) -> Option<(T, &'a str)>) -> Option<Next<'a, T>> {
        if self.is_at_end() {
            return Some(Next::End);
        }
        match self {
            Self::Text(text) => {
                let (next, rest) = match know(text) {
                    Some((known, rest)) => (Next::Known(known), rest),
                    None => first(text).map(|(entry, rest)| (Next::Entry(entry), rest))?,
                };
                *text = after_comma(trim(rest))?;
                Some(next)
            }
            Self::Each(entries, left) => {
                let (entry, others) = entries.split_first()?;
                (*entries, *left) = (others, left.saturating_sub(entry.get().len()));
                let known = know(entry.get()).filter(|(_, rest)| rest.is_empty());
                Some(known.map_or(Next::Entry(entry), |(known, _)| Next::Known(known)))
            }
        }
    }

    /// What comes after the entries in the text, once all of them have come.
    pub(super) fn after(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => text.strip_prefix(']'),
            Self::Each(..) => None,
        }
    }

    /// All that are yet to come.
    pub(crate) fn rest(mut self) -> Vec<&'a RawValue> {
        let mut entries = Vec::new();
        while let Some(Next::Entry(entry)) = self.next(|_| None::<((), _)>) {
            entries.push(entry);
        }
        entries
    }
}

/// Where the next entry begins, or the array ends.
fn after_comma(rest: &str) -> Option<&str> {
    match rest.strip_prefix(',').map(trim) {
        Some(next) => (!next.starts_with(']')).then_some(next),
        None => rest.starts_with(']').then_some(rest),
    }
}

/// The value with which a text begins, and what comes after it.
pub(super) fn first<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, &'a str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}

/// Without the white space of JSON at its beginning.
pub(super) fn trim(text: &str) -> &str {
    text.trim_start_matches([' ', '\n', '\r', '\t'])
}
