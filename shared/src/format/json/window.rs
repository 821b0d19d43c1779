//! 64 bytes of a JSON text: where its strings and its numbers may end.

/// How many bytes are looked at together.
pub(super) const BYTES: usize = 64;

/// A bit for each byte, the lowest for the first.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Window {
    /// Quotes, backslashes and control characters.
    pub(super) ends_text: u64,
    /// All but digits.
    pub(super) ends_digits: u64,
}

impl Window {
    #[inline(always)]
    pub(super) fn of(bytes: &[u8; BYTES]) -> Self {
        let ends_text = |byte: u8, bit: u8| if (byte == b'"') | (byte == b'\\') | (byte < 0x20) { bit } else { 0 };
        let ends_digits = |byte: u8, bit: u8| if byte.wrapping_sub(b'0') > 9 { bit } else { 0 };
        let (mut text, mut digits) = ([0; 16], [0; 16]);
        // Sixteen at a time, as registers have them; so the bits of four times sixteen share a byte.
        for at in 0..16 {
            let [first, second, third, fourth] = [0, 16, 32, 48].map(|quarter| bytes[at + quarter]);
            text[at] = ends_text(first, 1) | ends_text(second, 4) | ends_text(third, 16) | ends_text(fourth, 64);
            digits[at] =
                ends_digits(first, 1) | ends_digits(second, 4) | ends_digits(third, 16) | ends_digits(fourth, 64);
        }
        Self { ends_text: in_order(text), ends_digits: in_order(digits) }
    }
}

/// The bits in the order of the bytes that they stand for: bit `2q` of byte `n` is that of byte `16q + n`.
#[inline(always)]
fn in_order(bits: [u8; 16]) -> u64 {
    let (halves, _) = bits.as_chunks::<8>();
    // Now bit `q` of byte `n` is that of byte `8q + n`, a matrix of eight by eight, which is turned over at its diagonal.
    let mut matrix = u64::from_le_bytes(halves[0]) | u64::from_le_bytes(halves[1]) << 1;
    for (shift, upper) in [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)] {
        let differing = (matrix ^ (matrix >> shift)) & upper;
        matrix ^= differing ^ (differing << shift);
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_bit() {
        for byte in 0..=u8::MAX {
            for at in 0..BYTES {
                let mut bytes = [b'0'; BYTES];
                bytes[at] = byte;
                let window = Window::of(&bytes);
                let bit = |is_set: bool| u64::from(is_set) << at;
                assert_eq!(window.ends_text, bit(byte == b'"' || byte == b'\\' || byte < b' '), "{byte} at {at}");
                assert_eq!(window.ends_digits, bit(!byte.is_ascii_digit()), "{byte} at {at}");
            }
        }
    }
}
