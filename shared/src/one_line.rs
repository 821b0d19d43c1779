//! Texts of others, where people and programs read line by line.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest text of a service, a library or the business code in a log line, in a span's status or in an answer, in
/// bytes. CloudWatch takes 1 MB a line; a reader needs the first sentence.
pub const MAX_TEXT: usize = 1024;

/// How a mark begins.
const MARK: &str = "… [";

/// A mark is no longer than this, in bytes: it has the largest number there is.
const LONGEST_MARK: usize = "… [18446744073709551615 bytes more]".len();

/// The text on one line, of `limit` bytes at most.
///
/// Whatever may end a line, move the cursor of a terminal or turn the direction of writing is escaped as JSON does it,
/// `\n` or `\u001b`: control characters, the separators U+2028 and U+2029, invisible marks such as those of bidirectional
/// text. Nothing else is changed, so this cannot be undone. What is longer is cut between two characters, with a mark
/// that says how many bytes of the text are missing, those of an earlier cut included; a limit below the mark's own length
/// leaves the mark.
///
/// ```
/// use kinetrace::__private::one_line;
///
/// assert_eq!(one_line("denied\n{\"event\":\"produce\"}", 100), r#"denied\n{"event":"produce"}"#);
/// assert_eq!(one_line(&"x".repeat(300), 40), "xxx… [297 bytes more]");
/// ```
pub fn one_line(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit && (is_plain(text) || !text.chars().any(is_disruptive)) {
        return Cow::Borrowed(text);
    }
    let room = limit.saturating_sub(LONGEST_MARK);
    let mut line = String::with_capacity(text.len().min(limit) + LONGEST_MARK);
    // Where to cut, in the line and in the text, if it turns out to be too long.
    let mut cut = (0, 0);
    let (end, missing) = earlier_cut(text);
    for (index, c) in text.char_indices() {
        if line.len() <= room && index <= end {
            cut = (line.len(), index);
        }
        push(&mut line, c);
        if line.len() > limit {
            line.truncate(cut.0);
            let _ = write!(line, "{MARK}{} bytes more]", (end - cut.1).saturating_add(missing));
            break;
        }
    }
    Cow::Owned(line)
}

/// Most texts are in printable ASCII, which is soon told.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~'))
}

/// Where the mark of an earlier cut begins, or else the text ends, and how many bytes that cut left out.
fn earlier_cut(text: &str) -> (usize, usize) {
    let mark = text.strip_suffix(" bytes more]").and_then(|text| text.rsplit_once(MARK));
    let cut = mark.and_then(|(kept, missing)| Some((kept.len(), missing.parse().ok()?)));
    cut.unwrap_or((text.len(), 0))
}

fn push(line: &mut String, c: char) {
    match c {
        '\n' => line.push_str("\\n"),
        '\r' => line.push_str("\\r"),
        '\t' => line.push_str("\\t"),
        c if is_disruptive(c) => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        }
        c => line.push(c),
    }
}

/// Whether [`one_line`] escapes the character: control characters, and what Unicode calls format characters as far as they show nothing by themselves; those that
/// join letters (U+200C, U+200D) belong to the spelling of languages.
///
/// ```
/// assert!(kinetrace::__private::is_disruptive('\u{202e}') && !kinetrace::__private::is_disruptive('é'));
/// ```
pub fn is_disruptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_line_or_lead_a_reader_astray_is_escaped_and_all_else_stays() {
        for (text, line) in [
            ("", ""),
            ("no credentials found", "no credentials found"),
            ("a\nb\r\n\tc", r"a\nb\r\n\tc"),
            ("\u{1b}[2J\u{7f}\u{0}", r"\u001b[2J\u007f\u0000"),
            ("a\u{85}b\u{2028}c\u{2029}d\u{b}e\u{c}f", r"a\u0085b\u2028c\u2029d\u000be\u000cf"),
            ("\u{202e}cod.exe\u{2066}\u{200f}\u{61c}", r"\u202ecod.exe\u2066\u200f\u061c"),
            ("\u{e0041}\u{feff}", r"\udb40\udc41\ufeff"),
            ("Zürich “x” {\"a\":\\n} नमस्ते 👩\u{200d}🚀", "Zürich “x” {\"a\":\\n} नमस्ते 👩\u{200d}🚀"),
        ] {
            assert_eq!(one_line(text, MAX_TEXT), line, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_cut_at_its_limit_and_says_how_much_is_missing() {
        for character in ["x", "é", "…", "🚀", "\n", "\u{1b}", "\u{e0041}"] {
            for limit in [LONGEST_MARK, 40, 41, 42, 43, 44, 100] {
                for count in [1, 3, limit / 2, limit, limit + 1, 300_000] {
                    let text = character.repeat(count);
                    let line = one_line(&text, limit);
                    assert!(line.len() <= limit, "{} of {limit}: {line}", line.len());
                    let Some((kept, mark)) = line.split_once("… [") else { continue };
                    let missing: usize = mark.strip_suffix(" bytes more]").unwrap().parse().unwrap();
                    let read = kept.len() / one_line(character, limit).len() * character.len();
                    assert_eq!(read + missing, text.len(), "{line}");
                }
            }
        }
    }

    /// An error's own text is cut, and then the line that it stands in.
    #[test]
    fn a_text_that_is_cut_again_tells_what_is_missing_of_the_whole() {
        let text = "x".repeat(300_000);
        for (first, second) in [(4096, 1024), (1024, 1023), (1024, 1000), (100, 50), (50, LONGEST_MARK)] {
            let cut = one_line(&text, first);
            let again = one_line(&cut, second);
            let (kept, mark) = again.split_once(MARK).unwrap();
            assert_eq!(mark, format!("{} bytes more]", text.len() - kept.len()), "{first}, {second}: {again}");
            assert!(again.len() <= second && kept.bytes().all(|byte| byte == b'x'), "{again}");
        }
        let forged = format!("{}… [18446744073709551615 bytes more]", "y".repeat(100));
        assert!(one_line(&forged, 60).ends_with("… [18446744073709551615 bytes more]"));
    }

    #[test]
    fn what_fits_exactly_is_not_cut() {
        let text = "x".repeat(MAX_TEXT);
        assert_eq!(one_line(&text, MAX_TEXT), text);
        let line = format!("{}… [{} bytes more]", &text[LONGEST_MARK..], LONGEST_MARK + 1);
        assert_eq!(one_line(&format!("{text}x"), MAX_TEXT), line);
        assert_eq!(one_line("\n\n", 4), r"\n\n");
    }
}
