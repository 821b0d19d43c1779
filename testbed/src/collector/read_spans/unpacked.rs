//! A file as it is, or what gzip has packed in it.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use super::ReadSpansError;

const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The most that is unpacked, in bytes: gzip packs a thousandfold, and memory would not do for everything.
const LARGEST: u64 = 1024 * MIB;
const MIB: u64 = 1024 * 1024;

pub(super) fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ReadSpansError> {
    up_to(LARGEST, bytes)
}

fn up_to(largest: u64, bytes: &[u8]) -> Result<Cow<'_, [u8]>, ReadSpansError> {
    if !bytes.starts_with(&MAGIC) {
        return Ok(bytes.into());
    }
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(largest + 1).read_to_end(&mut unpacked);
    let read = read.map_err(ReadSpansError::Packed)?;
    if u64::try_from(read).is_ok_and(|read| read > largest) {
        return Err(ReadSpansError::TooLarge { mib: largest / MIB });
    }
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_file_that_unpacks_to_more_than_the_limit_is_an_error_that_names_it() {
        let packed = |length: u64| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&vec![b' '; usize::try_from(length).unwrap()]).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(up_to(MIB, &packed(MIB)).unwrap().len(), 1024 * 1024);
        // In two members, as a file that was appended to.
        for packed in [packed(MIB + 1), [packed(MIB), packed(1)].concat()] {
            let error = up_to(MIB, &packed).unwrap_err();
            assert!(matches!(error, ReadSpansError::TooLarge { mib: 1 }), "{error}");
            assert!(error.to_string().contains("more than 1 MiB"), "{error}");
        }
    }
}
