//! Events in a log, after whatever its lines begin with.

use std::ops::Range;

use serde_json::value::RawValue;

use super::recognised::{Found, Recognised};

/// So often JSON that is never closed is looked for to the end of the text. Otherwise a text of nothing but brackets would
/// take the square of its length.
const MAX_UNCLOSED: usize = 16;

/// What a function logged of its events, each in a line or, with line breaks inside, in several.
pub(super) fn recognise(text: &str, value: impl Fn(&RawValue) -> Recognised) -> Recognised {
    let mut log = Log { text, value, unclosed: 0 };
    let mut found = Found::default();
    let (mut at, mut others) = (0, 0);
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
        if let Some((recognised, end)) = log.value_in(at..end) {
            found.add(within_a_line(recognised));
            at = end;
            continue;
        }
        others += usize::from(!text[at..end].trim().is_empty());
        at = end;
    }
    match found.recognised() {
        Recognised::Parts(mut parts) => {
            if let Some(last) = parts.last_mut().filter(|_| others > 0) {
                last.notes.push(format!("lines that hold no whole event, and are passed over: {others}"));
            }
            Recognised::Parts(parts)
        }
        other => other,
    }
}

fn within_a_line(recognised: Recognised) -> Recognised {
    match recognised {
        Recognised::Parts(parts) => Recognised::Parts(parts.into_iter().map(|part| part.within("a log")).collect()),
        other => other,
    }
}

struct Log<'a, F> {
    text: &'a str,
    /// What a JSON value is.
    value: F,
    unclosed: usize,
}

impl<F: Fn(&RawValue) -> Recognised> Log<'_, F> {
    /// What begins in a line and ends with one, and where that is.
    fn value_in(&mut self, line: Range<usize>) -> Option<(Recognised, usize)> {
        places(&self.text[line.clone()]).find_map(|place| {
            let start = line.start + place;
            let rest = if self.unclosed < MAX_UNCLOSED { &self.text[start..] } else { &self.text[start..line.end] };
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            let json = match values.next()? {
                Ok(json) => json,
                Err(fault) => {
                    self.unclosed += usize::from(fault.is_eof());
                    return None;
                }
            };
            let after = &rest[values.byte_offset()..];
            let (same_line, _) = after.split_once('\n').unwrap_or((after, ""));
            // What goes on belongs to something larger, which is cut off.
            if !same_line.trim().is_empty() {
                return None;
            }
            match (self.value)(json) {
                Recognised::Unknown => None,
                recognised => Some((recognised, start + values.byte_offset() + same_line.len())),
            }
        })
    }
}

/// Where an event may begin. What stands before it may have brackets, such as `[INFO]`; but after the first brace there are
/// only parts of it.
fn places(line: &str) -> impl Iterator<Item = usize> {
    let brace = line.find('{').unwrap_or(line.len());
    let brackets: Vec<_> = line[..brace].match_indices('[').map(|(at, _)| at).collect();
    brackets.into_iter().chain((brace < line.len()).then_some(brace))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::inspect::samples::{assert_whole, lambda_event, lambda_record, seen};

    #[test]
    fn events_are_found_in_a_log_after_any_line_prefix() {
        let event = lambda_event().to_string();
        let pretty = serde_json::to_string_pretty(&lambda_event()).unwrap();
        for log in [
            format!("START RequestId: r\n2026-01-07T10:01:00Z\tr\tINFO\t[event] {event}\nEND RequestId: r\n"),
            format!("2026-01-07T10:01:00 Received event: {pretty}\nEND RequestId: r"),
            format!("[INFO] {{}}\r\n[INFO] {event}\r\n"),
        ] {
            assert_whole(log, "lambda_event in a log", 1);
        }
        assert_whole(format!("a {event}\nb {pretty}\n"), "lambda_event in a log", 2);
        let latin = [format!("INFO {event}\n").as_bytes(), b"Z\xfcrich\n"].concat();
        assert_whole(latin, "lambda_event in a log", 1);
        let logged = json!({"events": [{"message": format!("INFO {event}\n")}], "searchedLogStreams": []});
        assert_whole(logged.to_string(), "lambda_event in a log in message in events", 1);
    }

    #[test]
    fn a_part_of_an_event_that_is_cut_off_does_not_pass_for_a_whole_one() {
        let event = lambda_event().to_string();
        let inner = event.find('}').unwrap() + 1;
        for end in [inner - 1, inner, inner + 1, event.len() - 1] {
            for log in [event[..end].to_owned(), format!("INFO {}\nEND\n", &event[..end])] {
                assert!(seen(&log).is_err(), "{log}");
            }
        }
        let records = json!([lambda_record(), lambda_record()]).to_string();
        assert!(seen(&records[..records.len() - 10]).is_err());
    }

    #[test]
    fn a_history_among_other_lines_is_named() {
        let error =
            seen("START\n2026-01-07 {\"event\":\"process\",\"stream\":\"flights\",\"group\":\"N1\"}\n").unwrap_err();
        assert!(error.contains("kinetrace verify"), "{error}");
    }

    #[test]
    fn a_text_of_nothing_but_brackets_takes_no_more_than_its_length() {
        assert!(seen("[\n".repeat(100_000)).is_err());
        assert!(seen("x {\n".repeat(100_000)).is_err());
    }
}
