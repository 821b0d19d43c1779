//! Recognising a `traceparent` where anything else may stand (<https://www.w3.org/TR/trace-context/#traceparent-header>).

use crate::hex;

/// The name of the field.
pub(crate) const NAME: &str = "traceparent";

/// Of version 00.
const LENGTH: usize = 55;

/// What a `traceparent` says.
#[derive(Debug)]
pub(crate) struct Traceparent {
    pub(crate) trace_id: [u8; 16],
    pub(crate) span_id: [u8; 8],
    #[cfg_attr(not(feature = "opentelemetry"), expect(dead_code, reason = "nothing is sampled without it"))]
    pub(crate) flags: u8,
}

/// Whether the text is a `traceparent` and nothing else: versions beyond 00 may carry more, but a partition key that
/// merely starts like one is an ordinary partition key.
pub(crate) fn is_valid(text: &str) -> bool {
    text.len() == LENGTH && is_readable(text)
}

/// Whether a reader can make something of the text where a `traceparent` belongs.
pub(crate) fn is_readable(text: &str) -> bool {
    read(text).is_some()
}

/// What the text says: a version beyond 00 may go on after the flags.
pub(crate) fn read(text: &str) -> Option<Traceparent> {
    let (bytes, rest) = text.as_bytes().split_first_chunk::<LENGTH>()?;
    let [version] = hex::read(&bytes[..2])?;
    let may_go_on = version != 0 && rest.first() == Some(&b'-');
    let is_one = version != 0xFF && [2, 35, 52].iter().all(|at| bytes[*at] == b'-') && (rest.is_empty() || may_go_on);
    let (trace_id, span_id) = (hex::read(&bytes[3..35])?, hex::read(&bytes[36..52])?);
    let [flags] = hex::read(&bytes[53..])?;
    (is_one && trace_id != [0; 16] && span_id != [0; 8]).then_some(Traceparent { trace_id, span_id, flags })
}

/// The ids of the trace and of the span that a readable text names.
pub(crate) fn ids(text: &str) -> Option<(&str, &str)> {
    if is_readable(text) { Some((text.get(3..35)?, text.get(36..52)?)) } else { None }
}

/// Whether the text is an id: lower-case hex of one of these lengths, which are 16 and 32, and not all zeros. It is the same in every format;
/// parsers of numbers also take upper case, fewer digits and a sign.
pub(crate) fn is_id(text: &str, lengths: &[usize]) -> bool {
    let digits = text.as_bytes();
    lengths.contains(&digits.len())
        && match digits.len() {
            16 => hex::read::<8>(digits).is_some_and(|id| id != [0; 8]),
            32 => hex::read::<16>(digits).is_some_and(|id| id != [0; 16]),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_traceparent_is_one() {
        let table = [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
            ("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", false),
            ("user#00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0é", false),
            ("", false),
        ];
        for (text, valid) in table {
            assert_eq!(is_valid(text), valid, "{text:?}");
            assert_eq!(is_readable(text), valid, "{text:?}");
        }
    }

    #[test]
    fn a_later_version_may_go_on() {
        for (text, readable) in [
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", true),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", false),
        ] {
            assert!(!is_valid(text), "{text:?}");
            assert_eq!(is_readable(text), readable, "{text:?}");
        }
    }
}
