//! What one does to data to look further in.

use std::fmt;

/// One such thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Base64,
    Gunzip,
    Inflate,
    JsonString,
    ByteOrderMark,
    Utf16,
    /// One of several JSON values, one after another.
    Split,
    Member(String),
    Element(usize),
}

/// Steps one after another, as people would say them: "after base64 decoding, gunzip, taking `.detail`", or, if there is
/// nothing but members, "in `detail`".
#[derive(Debug)]
pub(super) struct Steps<'a>(pub(super) &'a [Step]);

impl Steps<'_> {
    /// Members and elements next to each other are one path.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut path = String::new();
        for step in self.0 {
            let word = match step {
                Step::Member(name) => {
                    path += &format!(".{}", kinetrace::__private::one_line(name, 100));
                    continue;
                }
                Step::Element(place) => {
                    path += &format!("[{place}]");
                    continue;
                }
                Step::Base64 => "base64 decoding",
                Step::Gunzip => "gunzip",
                Step::Inflate => "inflating",
                Step::JsonString => "parsing a JSON string",
                Step::ByteOrderMark => "removing the byte order mark",
                Step::Utf16 => "decoding UTF-16",
                Step::Split => "splitting JSON values",
            };
            words.extend(take_path(&mut path));
            words.push(word.to_owned());
        }
        words.extend(take_path(&mut path));
        words
    }
}

fn take_path(path: &mut String) -> Option<String> {
    (!path.is_empty()).then(|| format!("taking `{}`", std::mem::take(path)))
}

impl fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words().join(", ");
        match words.strip_prefix("taking `") {
            Some(path) if !path.contains("`,") => write!(f, "in `{}", path.trim_start_matches('.')),
            _ => write!(f, "after {words}"),
        }
    }
}
