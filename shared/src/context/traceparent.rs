//! Recognising a `traceparent` where anything else may stand (<https://www.w3.org/TR/trace-context/#traceparent-header>).

/// The name of the field.
pub(crate) const NAME: &str = "traceparent";

/// Whether the text is a `traceparent` and nothing else: versions beyond 00 may carry more, but a partition key that
/// merely starts like one is an ordinary partition key.
pub(crate) fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 55
        && bytes[2] == b'-'
        && bytes[35] == b'-'
        && bytes[52] == b'-'
        && is_lower_hex(&bytes[..2])
        && is_lower_hex(&bytes[53..])
        && &bytes[..2] != b"ff"
        && is_id_of_any_length(&bytes[3..35])
        && is_id_of_any_length(&bytes[36..52])
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
    lengths.contains(&text.len()) && is_id_of_any_length(text.as_bytes())
}

fn is_id_of_any_length(text: &[u8]) -> bool {
    is_lower_hex(text) && text.iter().fold(false, |is_any, byte| is_any | (*byte != b'0'))
}

/// It looks at all of the text at once, and so is done sooner than if it stopped where it could.
fn is_lower_hex(text: &[u8]) -> bool {
    text.iter().fold(true, |is_hex, byte| is_hex & matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
