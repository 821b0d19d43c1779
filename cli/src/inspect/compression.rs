//! gzip (RFC 1952) and zlib (RFC 1950), up to a limit: a few kilobytes may unpack to gigabytes.

use std::io::{self, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

/// How bytes are compressed, by how they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zlib,
}

/// The bytes cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub(super) enum DecompressError {
    #[error("it is gzip that is cut off or damaged")]
    Damaged(#[source] io::Error),
    #[error("it is gzip of more than {} MiB: cut it into parts", .0 >> 20)]
    TooLarge(u64),
}

impl Compression {
    /// `None` if the bytes begin otherwise. Text never begins like gzip; as zlib it may, so decompressing decides.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
            // Deflate with a window of 32 KiB, the only one in use, and the four levels that there are.
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some(Compression::Zlib),
            _ => None,
        }
    }

    /// Of several gzip members, one after another as `cat a.gz b.gz` leaves them, all.
    ///
    /// # Errors
    ///
    /// The bytes are damaged, or unpack to more than `limit` bytes.
    pub(super) fn decompress(self, bytes: &[u8], limit: u64) -> Result<Vec<u8>, DecompressError> {
        match self {
            Compression::Gzip => read(MultiGzDecoder::new(bytes), limit),
            Compression::Zlib => read(ZlibDecoder::new(bytes), limit),
        }
    }
}

fn read(decoder: impl Read, limit: u64) -> Result<Vec<u8>, DecompressError> {
    let mut unpacked = Vec::new();
    decoder.take(limit + 1).read_to_end(&mut unpacked).map_err(DecompressError::Damaged)?;
    if unpacked.len() as u64 > limit { Err(DecompressError::TooLarge(limit)) } else { Ok(unpacked) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn all_members_of_a_gzip_are_unpacked() {
        let bytes = [gzip(b"first "), gzip(b"second")].concat();
        assert_eq!(Compression::of(&bytes), Some(Compression::Gzip));
        assert_eq!(Compression::Gzip.decompress(&bytes, 12).unwrap(), b"first second");
    }

    /// What is read of it is an error.
    struct Beyond;

    impl Read for Beyond {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("beyond the limit"))
        }
    }

    #[test]
    fn a_gzip_that_unpacks_to_too_much_is_refused_before_it_takes_the_memory() {
        let bomb = gzip(&vec![0; 4 << 20]);
        assert!(bomb.len() < 32_768, "{}", bomb.len());
        assert!(matches!(Compression::Gzip.decompress(&bomb, 1 << 20), Err(DecompressError::TooLarge(_))));
        let endless = io::repeat(0).take(4 << 20).chain(Beyond);
        assert!(matches!(read(endless, 1 << 20), Err(DecompressError::TooLarge(_))));
    }

    #[test]
    fn a_gzip_that_is_cut_off_is_an_error_and_not_a_shorter_text() {
        let whole = gzip(b"a record and another record");
        for length in [3, 10, whole.len() / 2, whole.len() - 1] {
            let error = Compression::Gzip.decompress(&whole[..length], 100).unwrap_err();
            assert!(matches!(error, DecompressError::Damaged(_)), "{length}: {error}");
        }
    }
}
