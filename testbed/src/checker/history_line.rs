//! One line of a log: an event, what was one, or something else.

use std::fmt;

use kinetrace::history::Event;
use serde::Deserialize;

use crate::printable::Printable;

/// What a line is.
#[derive(Debug)]
pub(super) enum HistoryLine {
    Event(Box<Event>),
    /// It says that it is an event, and is not; with what is wrong.
    Unreadable(String),
    /// Something else; it may hold an event in a way that is not read.
    Other(Option<Wrapping>),
}

/// Why a line with an event is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    Gzip,
    Utf16,
    /// As a string in other JSON.
    Json,
    Csv,
}

const NAMES: [&str; 3] = ["produce", "process", "shard"];

/// How every event begins that was not written by hand.
const BEGINNING: &str = r#"{"event":""#;

/// In every line about a record, near its end.
const NEAR_THE_END: &str = r#""payload_crc32":"#;

/// What stands before the event may have braces, but not many.
const MOST_BRACES: usize = 32;

impl HistoryLine {
    /// What stands before the event does not matter: `aws logs tail` puts a time and the log stream's name there.
    pub(super) fn read(line: &[u8]) -> Self {
        let is_whole = line.ends_with(b"\n");
        let line = line.trim_ascii_end();
        let braces: Vec<_> = (0..).zip(line).filter(|(_, byte)| **byte == b'{').map(|(place, _)| place).collect();
        let before = |end: usize| braces.first().map_or(&line[..0], |first| &line[*first..end]);
        let mut why = None;
        for brace in braces.iter().copied().take(MOST_BRACES) {
            let json = &line[brace..];
            let error = match serde_json::from_slice(json) {
                Ok(event) if !claims(before(brace), true) => return Self::Event(Box::new(event)),
                Ok(_) => break,
                Err(error) => error,
            };
            match serde_json::from_slice::<Named>(json) {
                Ok(Named { event }) if is_name(event.as_deref()) => return Self::unreadable(&error),
                Err(of_json) if !of_json.is_data() => why = why.or(Some(error)),
                // Something else, unless it is a part of an event that was cut off.
                _ if claims(before(brace), true) => break,
                _ => return Self::Other(wrapping(line)),
            }
        }
        match why {
            Some(error) if claims(before(line.len()), is_whole) => Self::unreadable(&error),
            None if has(line, NEAR_THE_END) => Self::Unreadable("its beginning is missing".to_owned()),
            _ => Self::Other(wrapping(line)),
        }
    }

    fn unreadable(error: &serde_json::Error) -> Self {
        Self::Unreadable(Printable(&error.to_string()).to_string())
    }
}

#[derive(Deserialize)]
struct Named {
    event: Option<String>,
}

fn is_name(event: Option<&str>) -> bool {
    event.is_some_and(|event| NAMES.contains(&event))
}

/// Whether a line that is not JSON says that it is an event, so that it was cut off, or has bytes that are no text.
fn claims(text: &[u8], is_whole: bool) -> bool {
    let text = String::from_utf8_lossy(text);
    let after = text.split(r#""event""#).skip(1).filter_map(|rest| rest.trim_start().strip_prefix(':'));
    let mut names = after.filter_map(|rest| rest.trim_start().strip_prefix('"'));
    let is_named = |rest: &str| match rest.split_once('"') {
        Some((name, _)) => NAMES.contains(&name),
        None => NAMES.iter().any(|name| name.starts_with(rest)),
    };
    let is_cut_short =
        !text.is_empty() && BEGINNING.starts_with(&*text) && (!is_whole || text.len() >= r#"{"event"#.len());
    names.any(is_named) || is_cut_short || text.contains(NEAR_THE_END)
}

fn has(line: &[u8], text: &str) -> bool {
    line.windows(text.len()).any(|window| window == text.as_bytes())
}

fn wrapping(line: &[u8]) -> Option<Wrapping> {
    let has_any = |before: &str, after: &str| {
        NAMES.iter().any(|name| has(line, &format!("{before}event{before}:{before}{name}{after}")))
    };
    if line.starts_with(&[0x1f, 0x8b]) {
        Some(Wrapping::Gzip)
    } else if line.starts_with(&[0xff, 0xfe]) || line.starts_with(&[0xfe, 0xff]) || has(line, "e\0v\0e\0n\0t\0") {
        Some(Wrapping::Utf16)
    } else if has_any(r#"\""#, r#"\""#) {
        Some(Wrapping::Json)
    } else if has_any(r#""""#, r#""""#) {
        Some(Wrapping::Csv)
    } else {
        None
    }
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "it is compressed: gunzip it first",
            Self::Utf16 => "it is UTF-16: make it UTF-8 with `iconv -f UTF-16 -t UTF-8`",
            Self::Json => {
                "events stand in it as strings of other JSON: take them out, for instance with `jq -r '.events[].message'`, \
                 `jq -r .message` or `jq -r .log`"
            }
            Self::Csv => "events stand in it as cells of CSV: get them with `aws logs tail` instead",
        })
    }
}
