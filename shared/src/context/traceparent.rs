//! Recognising a `traceparent` where anything else may stand (<https://www.w3.org/TR/trace-context/#traceparent-header>).

/// The name of the field.
pub(crate) const NAME: &str = "traceparent";

/// Whether the text is a `traceparent` and nothing else: versions beyond 00 may carry more, but a partition key that
/// merely starts like one is an ordinary partition key.
pub(crate) fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 55
        && [2, 35, 52].iter().all(|&at| bytes[at] == b'-')
        && [&bytes[..2], &bytes[53..]].into_iter().flatten().all(is_lower_hex)
        && &bytes[..2] != b"ff"
        && text.get(3..35).is_some_and(|id| is_id(id, &[32]))
        && text.get(36..52).is_some_and(|id| is_id(id, &[16]))
}

/// Whether a reader can make something of the text where a `traceparent` belongs: a version beyond 00 may go on behind
/// the flags.
pub(crate) fn is_readable(text: &str) -> bool {
    is_valid(text)
        || text.get(..55).is_some_and(is_valid) && !text.starts_with("00") && text.as_bytes().get(55) == Some(&b'-')
}

/// The ids of the trace and of the span that a readable text names.
pub(crate) fn ids(text: &str) -> Option<(&str, &str)> {
    if is_readable(text) { Some((text.get(3..35)?, text.get(36..52)?)) } else { None }
}

/// Whether the text is an id: lower-case hex of one of these lengths, and not all zeros. It is the same in every format;
/// parsers of numbers also take upper case, fewer digits and a sign.
pub(crate) fn is_id(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len())
        && text.bytes().all(|byte| is_lower_hex(&byte))
        && text.bytes().any(|byte| byte != b'0')
}

fn is_lower_hex(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
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
