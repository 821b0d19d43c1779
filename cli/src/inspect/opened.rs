//! An input without what is around its text: gzip, a byte order mark, UTF-16.

use super::compression::{Compression, DecompressError};

/// As much as the input may unpack to, in bytes. A batch has 6 MB at most, an answer of `GetRecords` 14.
const LIMIT: u64 = 1 << 30;

/// gzip in gzip happens, where a tool and a bucket both compress.
const MAX_LAYERS: usize = 4;

/// The bytes of an input, and what was around them, outermost first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) bytes: Vec<u8>,
    pub(super) layers: Vec<&'static str>,
}

impl Opened {
    /// # Errors
    ///
    /// A gzip that is damaged, or too large.
    pub(super) fn of(bytes: Vec<u8>) -> Result<Self, DecompressError> {
        let mut opened = Self { bytes, layers: Vec::new() };
        while opened.layers.len() < MAX_LAYERS
            && let Some((layer, bytes)) = peel(&opened.bytes)?
        {
            opened.layers.push(layer);
            opened.bytes = bytes;
        }
        Ok(opened)
    }

    /// Whether the text was compressed.
    pub(super) fn was_gzip(&self) -> bool {
        self.layers.contains(&"gzip")
    }
}

fn peel(bytes: &[u8]) -> Result<Option<(&'static str, Vec<u8>)>, DecompressError> {
    Ok(if Compression::of(bytes) == Some(Compression::Gzip) {
        Some(("gzip", Compression::Gzip.decompress(bytes, LIMIT)?))
    } else if let Some(text) = bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(("utf-8 with a byte order mark", text.to_vec()))
    } else {
        utf16(bytes).map(|text| ("utf-16", text.into_bytes()))
    })
}

/// U+FEFF in UTF-8, with which some editors and shells begin a file.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The text, if the bytes are UTF-16, as PowerShell before version 6 redirects it. Without a byte order mark every other byte
/// of ASCII is zero, which neither JSON nor base64 in UTF-8 has.
pub(super) fn utf16(bytes: &[u8]) -> Option<String> {
    let (rest, is_big_endian) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, false),
        [0xfe, 0xff, rest @ ..] => (rest, true),
        [0, a, 0, b, ..] if *a > 0 && *b > 0 => (bytes, true),
        [a, 0, b, 0, ..] if *a > 0 && *b > 0 => (bytes, false),
        _ => return None,
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return None };
    let unit = |pair: &[u8; 2]| if is_big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
    let text: String = char::decode_utf16(pairs.iter().map(unit)).collect::<Result<_, _>>().ok()?;
    text.chars().all(|c| c.is_whitespace() || !c.is_control()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_unicode_encoding_is_the_same_text() {
        let text = r#"{"é":"🚀"}"#;
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let ascii: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (what, bytes, expected, layers) in [
            ("plain", text.as_bytes().to_vec(), text, &[][..]),
            ("mark", ["\u{feff}", text].concat().into_bytes(), text, &["utf-8 with a byte order mark"]),
            ("little", [&[0xff, 0xfe][..], &little].concat(), text, &["utf-16"]),
            ("big", [&[0xfe, 0xff][..], &big].concat(), text, &["utf-16"]),
            ("unmarked", ascii, "{\"a\":1}", &["utf-16"]),
        ] {
            let opened = Opened::of(bytes).unwrap();
            assert_eq!((std::str::from_utf8(&opened.bytes).unwrap(), &*opened.layers), (expected, layers), "{what}");
        }
    }

    #[test]
    fn bytes_that_only_begin_like_utf16_stay_as_they_are() {
        // Headers of Spring Cloud Stream, an odd length, half a surrogate pair.
        for bytes in [&b"\xff\x01\x0bcontentType"[..], b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xf3\x89\x9a\xc2\n\x01"] {
            let opened = Opened::of(bytes.to_vec()).unwrap();
            assert_eq!((&*opened.bytes, opened.layers.len()), (bytes, 0));
        }
    }
}
