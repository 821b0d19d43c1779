//! The data of an event's records, decoded.

use base64_simd::{Out, STANDARD as BASE64};
use bytes::{Bytes, BytesMut};

/// Records share buffers of this size: as few allocations as that is, and a payload that is kept keeps no more than this from
/// being freed.
const SHARED: usize = 64 * 1024;

/// What is larger has a buffer of its own.
const MAX_SHARING: usize = SHARED / 4;

/// Decodes the data of one record after another.
#[derive(Default)]
pub(super) struct Decoder {
    /// Empty, with room for what comes next.
    room: BytesMut,
}

impl Decoder {
    /// The data; `None` if it is not base64. No more than `left` bytes of base64 are to come, this included.
    pub(super) fn decode(&mut self, base64: &str, left: usize) -> Option<Bytes> {
        // Of three bytes, padding says that one or two are not there.
        let most = base64.len() / 4 * 3;
        if most > MAX_SHARING {
            return BASE64.decode_to_vec(base64).ok().map(Bytes::from);
        }
        if self.room.capacity() < most {
            self.room = BytesMut::with_capacity(SHARED.min(left / 4 * 3).max(most));
        }
        self.room.resize(most, 0);
        let decoded = BASE64.decode(base64.as_bytes(), Out::from_slice(&mut self.room)).map(|bytes| bytes.len());
        let data = decoded.ok().map(|length| self.room.split_to(length).freeze());
        self.room.clear();
        data
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// Two crates decode what the two ways of reading a record are given.
    #[test]
    fn what_is_base64_is_so_for_both_decoders() {
        let mut decoder = Decoder::default();
        let mut check = |base64: &str| {
            let read = decoder.decode(base64, base64.len());
            assert_eq!(read.as_deref(), STANDARD.decode(base64).ok().as_deref(), "{base64}");
        };
        let alphabet: Vec<char> = ('\0'..='\u{7f}').collect();
        for length in 0..8 {
            check(&"A".repeat(length));
        }
        for (a, b) in alphabet.iter().flat_map(|a| alphabet.iter().map(move |b| (a, b))) {
            for before in ["", "SGVs", &"SGVsbG8h".repeat(20)] {
                check(&format!("{before}{a}{b}=="));
                check(&format!("{before}A{a}{b}="));
                check(&format!("{before}{a}A{b}A"));
            }
        }
    }

    #[test]
    fn data_shares_buffers_unless_it_is_large() {
        let mut decoder = Decoder::default();
        let small = STANDARD.encode([7; 600]);
        let data: Vec<_> =
            (0..1000).map(|place| decoder.decode(&small, small.len() * (1000 - place)).unwrap()).collect();
        assert!(data.iter().all(|data| **data == [7; 600]));
        let buffers =
            data.windows(2).filter(|pair| pair[0].as_ptr().addr() + 600 != pair[1].as_ptr().addr()).count() + 1;
        assert_eq!(buffers, 1000_usize.div_ceil(SHARED / 600));
        let large = STANDARD.encode(vec![7; MAX_SHARING + 1]);
        assert!(decoder.decode(&large, large.len()).unwrap().try_into_mut().is_ok(), "it shares its buffer");
    }
}
