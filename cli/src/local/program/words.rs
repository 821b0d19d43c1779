//! Words as a shell divides a line into.

/// A quote that does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quote {0} is not closed")]
pub(crate) struct QuoteError(char);

/// The words of a line: divided by spaces, which quotes and backslashes keep. Nothing else of a shell is understood.
///
/// # Errors
/// A quote does not end.
pub(crate) fn split(line: &str) -> Result<Vec<String>, QuoteError> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.map_or(Ok(words), |open| Err(QuoteError(open)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_keep_spaces() {
        let table: [(&str, &[&str]); 8] = [
            ("python3 -m awslambdaric app.handler", &["python3", "-m", "awslambdaric", "app.handler"]),
            ("  a   b ", &["a", "b"]),
            ("'a b' \"c d\"", &["a b", "c d"]),
            ("a'b c'd", &["ab cd"]),
            (r"a\ b", &["a b"]),
            (r#""a\"b" '\'"#, &["a\"b", "\\"]),
            ("'' a", &["", "a"]),
            ("", &[]),
        ];
        for (line, words) in table {
            assert_eq!(split(line).unwrap(), words, "{line}");
        }
        assert_eq!(split("a 'b").unwrap_err().to_string(), "a quote ' is not closed");
    }
}
