//! Percent-encoding (RFC 3986, section 2.1).

/// The bytes that the text stands for; `None` if a `%` is not followed by two hexadecimal digits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        bytes.push(digit(*high)? << 4 | digit(*low)?);
        rest = after;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_encodings_are_decoded_and_half_ones_are_not() {
        let table: [(&str, Option<&[u8]>); 8] = [
            ("", Some(b"")),
            ("a%2Cb", Some(b"a,b")),
            ("%c3%A9", Some("é".as_bytes())),
            ("é+ ", Some("é+ ".as_bytes())),
            ("%", None),
            ("a%4", None),
            ("%ZZ", None),
            ("%+1", None),
        ];
        for (text, bytes) in table {
            assert_eq!(decode(text).as_deref(), bytes, "{text}");
        }
    }
}
