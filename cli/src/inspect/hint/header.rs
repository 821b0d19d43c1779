//! What keeps a context in the headers of a Kafka record from being read, or where it is instead.

use kinetrace::kafka::{HeaderList, HeaderReader, Headers};
use kinetrace::{Format, Notation, Reader};

use super::find;
use super::misnamed::{fault, plain};

/// The headers of which one alone names a trace.
const NAMES: [&str; 5] = ["traceparent", "b3", "x-amzn-trace-id", "uber-trace-id", "ce_traceparent"];

/// Several headers of one name, of which others read another one than the last.
pub(super) fn several(headers: &Headers) -> Option<String> {
    let count = |name: &str| {
        let values = HeaderList::iter(headers).filter(|(own, _)| own.eq_ignore_ascii_case(name));
        values.filter(|(_, value)| value.is_some_and(|value| names_a_trace(name, value))).count()
    };
    let (name, count) = NAMES.into_iter().map(|name| (name, count(name))).find(|(_, count)| *count > 1)?;
    Some(format!(
        "it carries {count} headers `{name}`, of which the last counts here, and other readers take the first or none: a \
         program that passes headers on has to replace them"
    ))
}

/// The last header of such a name, which names no trace.
pub(super) fn malformed(headers: &Headers) -> Option<String> {
    let mut last_first: Vec<_> = HeaderList::iter(headers).collect();
    last_first.reverse();
    last_first.into_iter().find_map(|(written, value)| {
        let name = NAMES.into_iter().find(|name| name.eq_ignore_ascii_case(written))?;
        let fault = match value {
            None => "it is null".to_owned(),
            Some(b"") => "it is empty".to_owned(),
            Some(bytes) => {
                std::str::from_utf8(bytes).map_or_else(|_| "it is not UTF-8".to_owned(), |text| told(name, text))
            }
        };
        Some(format!("its header `{name}` is malformed, and so is absent: {fault}"))
    })
}

fn told(name: &str, text: &str) -> String {
    let is_one = |text: &str| names_a_trace(name, text.as_bytes());
    if is_one(text.trim_matches('"')) {
        "it is in quotes, as a mapper writes strings as JSON: have it write them as they are".to_owned()
    } else if text.split(',').count() > 1 && text.split(',').all(is_one) {
        "it is several values with commas between them, as programs join headers of one name".to_owned()
    } else if name == "traceparent" {
        fault(text)
    } else {
        "it is not of the form that its name promises".to_owned()
    }
}

/// A header that would name a trace under another name.
pub(super) fn misnamed(headers: &Headers) -> Option<String> {
    HeaderList::iter(headers).find_map(|(written, value)| {
        let name = NAMES.into_iter().find(|name| plain(name) == plain(written))?;
        let written = kinetrace::__private::one_line(written, 100);
        names_a_trace(name, value?).then(|| format!("its header `{written}` names a trace, but only `{name}` is read"))
    })
}

/// A context where it would be on Kinesis.
pub(super) fn in_value(value: &[u8]) -> Option<String> {
    let read = Reader::default().records(value.to_vec().into(), None).get(0)?;
    if Notation::all_of(&read.fields).next().is_some() {
        return Some(format!(
            "its value carries a context, in the format {}, where a consumer of Kafka looks only with \
             KINETRACE_READ_KAFKA_VALUES=true",
            read.format
        ));
    }
    find::find(value).map(|find| format!("no header names a trace, and of its value, {find}"))
}

/// The mistake that scatters the records of a key over all partitions.
pub(super) fn in_key(key: Option<&str>) -> Option<String> {
    Reader::default().is_context(key?).then(|| {
        "its key is a `traceparent`, which no consumer of Kafka reads, and which puts each record of a trace on another \
         partition than those of its business key: put the context into a header"
            .to_owned()
    })
}

fn names_a_trace(name: &str, value: &[u8]) -> bool {
    HeaderReader::default().read([(name, Some(value))]).format != Format::None
}

#[cfg(test)]
mod tests;
