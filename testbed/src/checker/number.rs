//! Sequence numbers without their digits.

use super::names::{Name, Names};

/// A sequence number in 32 bytes. They compare as numbers; what is not a number comes after all that are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Number {
    /// Most significant part first; then the zeros before it, so that only equal digits are equal.
    Value([u64; 3], u8),
    /// Not decimal digits, or too many of them: Kinesis has 56.
    Text(Name),
}

/// Of this many digits each is taken at once.
const CHUNK: usize = 19;

impl Number {
    pub(super) fn new(digits: &str, names: &mut Names) -> Self {
        value(digits).unwrap_or_else(|| Self::Text(names.name(digits)))
    }

    pub(super) fn digits(self, names: &Names) -> String {
        match self {
            Self::Text(name) => names.text(name).to_owned(),
            Self::Value(limbs, zeros) => "0".repeat(zeros.into()) + &decimal(limbs),
        }
    }
}

fn value(digits: &str) -> Option<Number> {
    let significant = digits.trim_start_matches('0');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut limbs = [0; 3];
    for chunk in significant.as_bytes().chunks(CHUNK) {
        let text = std::str::from_utf8(chunk).ok()?;
        multiply_and_add(&mut limbs, 10_u64.pow(u32::try_from(text.len()).ok()?), text.parse().ok()?)?;
    }
    Some(Number::Value(limbs, u8::try_from(digits.len() - significant.len()).ok()?))
}

fn multiply_and_add(limbs: &mut [u64; 3], factor: u64, summand: u64) -> Option<()> {
    let mut carry = u128::from(summand);
    for limb in limbs.iter_mut().rev() {
        let product = u128::from(*limb) * u128::from(factor) + carry;
        *limb = low(product);
        carry = product >> 64;
    }
    (carry == 0).then_some(())
}

fn decimal(mut limbs: [u64; 3]) -> String {
    let mut chunks = Vec::new();
    while limbs != [0; 3] {
        let mut rest = 0_u128;
        for limb in &mut limbs {
            let dividend = (rest << 64) | u128::from(*limb);
            *limb = low(dividend / 10_u128.pow(19));
            rest = dividend % 10_u128.pow(19);
        }
        chunks.push(rest);
    }
    let first = chunks.pop().map(|chunk| chunk.to_string()).unwrap_or_default();
    chunks.iter().rev().fold(first, |text, chunk| text + &format!("{chunk:019}"))
}

#[allow(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
fn low(wide: u128) -> u64 {
    wide as u64
}

#[cfg(test)]
mod tests {
    use kinetrace::SequenceNumber;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back_as_they_were_and_compare_as_sequence_numbers_do(a in "0{0,2}[0-9]{1,57}", b in "0{0,2}[0-9]{1,57}") {
            let mut names = Names::default();
            let (one, other) = (Number::new(&a, &mut names), Number::new(&b, &mut names));
            prop_assert_eq!(one.digits(&names), a.clone());
            prop_assert_eq!(one.cmp(&other), SequenceNumber::from(a).cmp(&SequenceNumber::from(b)));
        }
    }

    #[test]
    fn what_is_not_a_number_is_kept_as_it_is_and_comes_last() {
        let mut names = Names::default();
        let number = Number::new(&"9".repeat(57), &mut names);
        for text in ["", "x", "-1", "1 ", &"9".repeat(60)] {
            let odd = Number::new(text, &mut names);
            assert!(matches!(odd, Number::Text(_)) && odd.digits(&names) == text && number < odd, "{text:?}");
        }
    }
}
