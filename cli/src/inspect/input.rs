//! From the bytes of an input to what is in them.

use kinetrace::__private::JsonFault;
use serde_json::value::RawValue;

use super::compression::DecompressError;
use super::opened::Opened;
use super::part::{Part, Stored};
use super::recognised::{Found, Recognised};
use super::value;
use super::{kafka, lines, raw};

/// The input holds no records, as far as can be told.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    #[error("it is empty")]
    Empty,
    #[error(transparent)]
    Compressed(#[from] DecompressError),
    #[error("{0}. `--raw` takes it for the data of a record")]
    Stranger(String),
    #[error("{0}")]
    Malformed(String),
    #[error("it is the {0} output of the AWS CLI: add `--output json`")]
    NotJsonOutput(&'static str),
    #[error("it is an object as {0} prints it, and not JSON: print it with `{1}`")]
    Notation(&'static str, &'static str),
    #[error("it is {0} ({1}){TRIED}")]
    NotJson(&'static str, String),
    #[error("it is {0}: unpack it first")]
    Archive(&'static str),
    #[error("it is neither text nor a record with a context{TRIED}")]
    Binary,
    #[error("it is JSON of another kind{TRIED}")]
    OtherJson,
}

const TRIED: &str = ". Tried: a Lambda event (an object with `Records`), the array of EventBridge Pipes, a discarded batch, \
                     `aws kinesis get-records`, a Firehose event, a Kafka event (an object with `records`), `kcat -J`, header \
                     lines, the data of a record as bytes or base64, and gzip of these. `--raw` takes it for the data of a record as it is";

/// Recognises an input.
///
/// # Errors
///
/// It is nothing that is known to hold records.
pub(super) fn parts(bytes: Vec<u8>) -> Result<Vec<Part>, InputError> {
    let opened = Opened::of(bytes)?;
    let mut parts = of_bytes(&opened.bytes)?;
    for layer in opened.layers.iter().rev() {
        parts = parts.into_iter().map(|part| part.within(layer)).collect();
    }
    if opened.was_gzip() {
        for part in parts.iter_mut().filter(|part| part.taken_for.starts_with("raw")) {
            part.notes.push("it was gzip: a record that is gzip in the stream has no context for a reader".to_owned());
        }
    }
    Ok(parts)
}

/// Takes an input for the data of one record, whatever it looks like.
pub(super) fn one_record(bytes: Vec<u8>) -> Vec<Part> {
    vec![Part::new("raw", vec![Ok(Stored::bare(bytes))])]
}

fn of_bytes(bytes: &[u8]) -> Result<Vec<Part>, InputError> {
    if bytes.trim_ascii().is_empty() {
        return Err(InputError::Empty);
    }
    let record = || raw::of_bytes(bytes).map(|part| vec![part]);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return record().or_else(|| in_log(bytes)).ok_or_else(|| not_text(bytes));
    };
    let values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    match values.collect::<Result<Vec<_>, _>>() {
        Ok(values) => of_values(&values),
        Err(fault) => in_base64(text)
            .or_else(|| raw::of_base64(text).map(|part| vec![part]))
            .or_else(record)
            .or_else(|| kafka::header_lines(text).map(|part| vec![part]))
            .map_or_else(|| of_lines(text, &fault), Ok),
    }
}

/// A whole document in base64, and not only the data of a record.
fn in_base64(text: &str) -> Option<Vec<Part>> {
    let opened = Opened::of(raw::decode(&text.split_ascii_whitespace().collect::<String>())?).ok()?;
    let values = serde_json::Deserializer::from_slice(&opened.bytes).into_iter::<&RawValue>();
    let mut found = Found::default();
    for json in values {
        found.add(value::recognise(json.ok()?));
    }
    match found.recognised() {
        Recognised::Parts(parts) => Some(parts.into_iter().map(|part| part.within("base64")).collect()),
        _ => None,
    }
}

fn of_lines(text: &str, fault: &serde_json::Error) -> Result<Vec<Part>, InputError> {
    match lines::recognise(text, value::recognise) {
        Recognised::Unknown => Err(not_json(text, fault)),
        recognised => of_recognised(recognised),
    }
}

fn of_recognised(recognised: Recognised) -> Result<Vec<Part>, InputError> {
    match recognised {
        Recognised::Parts(parts) => Ok(parts),
        Recognised::Stranger(sentence) => Err(InputError::Stranger(sentence)),
        Recognised::Malformed(reason) => Err(InputError::Malformed(reason)),
        Recognised::Unknown => Err(InputError::OtherJson),
    }
}

/// The events of a log in which some other line is not UTF-8.
fn in_log(bytes: &[u8]) -> Option<Vec<Part>> {
    let text: Vec<_> =
        bytes.split(|byte| *byte == b'\n').map(|line| std::str::from_utf8(line).unwrap_or("?")).collect();
    match lines::recognise(&text.join("\n"), value::recognise) {
        Recognised::Parts(parts) => Some(parts),
        _ => None,
    }
}

/// `gunzip` is not the tool for everything.
fn not_text(bytes: &[u8]) -> InputError {
    const ARCHIVES: [(&[u8], &str); 4] =
        [(b"PK\x03\x04", "zip"), (b"BZh", "bzip2"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ", "xz")];
    let archive = ARCHIVES.into_iter().find(|(start, _)| bytes.starts_with(start));
    archive.map_or(InputError::Binary, |(_, name)| InputError::Archive(name))
}

fn of_values(values: &[&RawValue]) -> Result<Vec<Part>, InputError> {
    let mut found = Found::default();
    for json in values {
        found.add(value::recognise(json));
    }
    match found.recognised() {
        Recognised::Unknown => raw::of_values(values).map(|part| vec![part]).ok_or(InputError::OtherJson),
        // Whatever it is, it has a context, so a producer put it.
        Recognised::Stranger(sentence) => {
            raw::of_traced(values).map(|part| vec![part]).ok_or(InputError::Stranger(sentence))
        }
        recognised => of_recognised(recognised),
    }
}

/// The CLI's other outputs hold the records as well, but no two versions alike.
fn not_json(text: &str, fault: &serde_json::Error) -> InputError {
    let starts = |names: &[&str]| text.lines().any(|line| names.iter().any(|name| line.trim_start().starts_with(name)));
    let first = text.trim_start();
    if starts(&["RECORDS\t"]) {
        InputError::NotJsonOutput("text")
    } else if first.starts_with("Records:")
        || starts(&["MillisBehindLatest:", "- MillisBehindLatest:", "- Data:", "PartitionKey:"])
    {
        InputError::NotJsonOutput("YAML")
    } else if first.starts_with("----") && starts(&["|"]) {
        InputError::NotJsonOutput("table")
    } else if ["{'", "[{'"].iter().any(|start| first.starts_with(start)) {
        InputError::Notation("Python", "json.dumps(…, default=str)")
    } else if ["Records:", "kinesis:"]
        .iter()
        .any(|name| first.trim_start_matches(['{', '[', ' ', '\n']).starts_with(name))
    {
        InputError::Notation("JavaScript", "JSON.stringify")
    } else {
        let what = if fault.is_eof() { "JSON that is cut off" } else { "not JSON" };
        InputError::NotJson(what, JsonFault(fault).to_string())
    }
}

#[cfg(test)]
mod tests;
