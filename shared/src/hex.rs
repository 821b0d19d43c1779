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

/// What twice as many digits say; `None` if there are not as many, or any is not a lower-case digit.
pub(crate) fn read<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let (eights, rest) = digits.as_chunks();
    let (fours, last) = bytes.as_chunks_mut();
    let mut wrong = u64::from(digits.len() != 2 * N);
    for (four, eight) in fours.iter_mut().zip(eights) {
        let (read, wrong_here) = read_eight(u64::from_le_bytes(*eight));
        *four = read;
        wrong |= wrong_here;
    }
    for (byte, [first, second]) in last.iter_mut().zip(rest.as_chunks().0) {
        let (read, wrong_here) = read_eight(u64::from_le_bytes([*first, *second, b'0', b'0', b'0', b'0', b'0', b'0']));
        *byte = read[0];
        wrong |= wrong_here;
    }
    (wrong == 0).then_some(bytes)
}

/// Eight digits at once, each in a byte of a word, the first in the lowest; and 0 if all are lower-case digits. As long as they are,
/// no byte's sum or product goes over into the next one.
#[inline(always)]
fn read_eight(digits: u64) -> ([u8; 4], u64) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low_bits = |word: u64| word & (0x0F * EACH);
    // Letters have a bit that figures do not have, and count from 1 in their last four.
    let values = low_bits(digits) + (digits >> 6 & EACH) * 9;
    let is_letter = low_bits(values) + 6 * EACH;
    let again = low_bits(values) + u64::from(b'0') * EACH + (is_letter >> 4 & EACH) * u64::from(b'a' - b'9' - 1);
    // The first of two digits is the upper half of a byte.
    let bytes = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF;
    let bytes = (bytes | bytes >> 8) & 0x0000_FFFF_0000_FFFF;
    let [first, second, third, fourth, ..] = (bytes | bytes >> 16).to_le_bytes();
    ([first, second, third, fourth], again ^ digits)
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_say_the_bytes_that_they_were_written_for() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(super::read::<256>(super::of(&bytes).as_bytes()).unwrap()[..], bytes);
    }

    #[test]
    fn nothing_but_as_many_digits_in_lower_case_is_read() {
        for byte in 0..=u8::MAX {
            for at in 0..18 {
                let mut digits = *b"0123456789abcdef7f";
                digits[at] = byte;
                let is_read = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                assert_eq!(super::read::<9>(&digits).is_some(), is_read, "{byte} at {at}");
            }
        }
        let counts: [&[u8]; 5] = [b"", b"0", b"000", b"0000", b"0000000000"];
        assert!(counts.iter().all(|digits| super::read::<1>(digits).is_none()));
    }

    #[test]
    fn each_byte_has_two_digits() {
        assert_eq!(super::of(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
    }
}
