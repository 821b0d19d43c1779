//! Text of others on a terminal.

use std::fmt::{self, Write as _};

/// Displays text that others wrote so that it stays on its line and cannot steer a terminal: control characters, escape
/// sequences, and marks that turn the direction of writing or cannot be seen are written as `\u{1b}`.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'t>(pub &'t str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .try_for_each(|c| if is_printable(c) { f.write_char(c) } else { write!(f, "{}", c.escape_default()) })
    }
}

/// The same for JSON, whose meaning stays: what JSON itself does not escape is written as `\u202e`.
#[derive(Debug, Clone, Copy)]
pub struct PrintableJson<'t>(pub &'t str);

impl fmt::Display for PrintableJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if is_printable(c) {
                return f.write_char(c);
            }
            c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(f, "\\u{unit:04x}"))
        })
    }
}

fn is_printable(c: char) -> bool {
    // Two keys must not look alike, so here soft hyphens and joiners count as invisible, too.
    !kinetrace::__private::is_disruptive(c) && !matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_written_by_number_and_all_else_as_it_is() {
        let table = [
            ("N14228", "N14228", "N14228"),
            ("Zürich 東京 \"\\", "Zürich 東京 \"\\", "Zürich 東京 \"\\"),
            ("\u{1b}[2J", "\\u{1b}[2J", "\\u001b[2J"),
            ("a\nb\tc\r", "a\\nb\\tc\\r", "a\\u000ab\\u0009c\\u000d"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}", "\\u009b31m\\u007f"),
            ("\u{202e}txt\u{2066}", "\\u{202e}txt\\u{2066}", "\\u202etxt\\u2066"),
            ("\u{e0041}", "\\u{e0041}", "\\udb40\\udc41"),
        ];
        for (text, printed, json) in table {
            assert_eq!(Printable(text).to_string(), printed);
            assert_eq!(PrintableJson(text).to_string(), json);
        }
    }
}
