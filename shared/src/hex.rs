//! Ids as text. Formatting takes several times as long, and each record has some.

/// Appends lower-case hex digits, two for each byte.
pub(crate) fn push(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |digit: u8| char::from(DIGITS[usize::from(digit & 0xf)]);
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]));
}

/// Lower-case hex digits, two for each byte.
pub(crate) fn of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push(&mut text, bytes);
    text
}

/// What twice as many digits in lower case say; of anything else, some bytes.
pub(crate) fn read<const N: usize>(digits: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    for (byte, digits) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(digits[0]) << 4 | value(digits[1]);
    }
    bytes
}

/// Letters have a bit that figures do not have, and count from 1 in their last four.
fn value(digit: u8) -> u8 {
    (digit & 0xF) + 9 * (digit >> 6)
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_say_the_bytes_that_they_were_written_for() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(super::read::<256>(super::of(&bytes).as_bytes())[..], bytes);
    }

    #[test]
    fn each_byte_has_two_digits() {
        assert_eq!(super::of(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
    }
}
