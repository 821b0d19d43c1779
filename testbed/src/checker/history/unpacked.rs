//! The text of a file, whatever it is packed into.

use std::fmt;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::utf16::Utf16;

/// Firehose compresses what CloudWatch Logs compressed before.
const MOST_LAYERS: usize = 4;

/// So many bytes tell what a file is.
const MAGIC: usize = 6;

/// What cannot be unpacked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Zip,
    Zstandard,
    Bzip2,
    Xz,
    Snappy,
    Parquet,
}

/// A text, or what it is packed into.
pub(super) enum Unpacked<'r> {
    Text(Box<dyn Read + 'r>),
    Packed(Packing),
}

/// Looks at the first bytes, and takes off gzip, in one member or several, as often as there is some, and UTF-16.
pub(super) fn unpacked<'r>(reader: impl Read + 'r) -> io::Result<Unpacked<'r>> {
    let mut reader: Box<dyn Read + 'r> = Box::new(reader);
    for _ in 0..MOST_LAYERS {
        let mut first = Vec::with_capacity(MAGIC);
        match reader.by_ref().take(MAGIC as u64).read_to_end(&mut first) {
            Err(error) if is_cut(&error) => {
                return Ok(Unpacked::Text(Box::new(io::Cursor::new(first).chain(Broken(Some(error))))));
            }
            read => read?,
        };
        let is_utf16 = Utf16::order(&first);
        let is_gzip = first.starts_with(&[0x1f, 0x8b]);
        let packing = Packing::of(&first);
        let whole = io::Cursor::new(first).chain(reader);
        reader = match (is_utf16, packing) {
            _ if is_gzip => Box::new(MultiGzDecoder::new(BufReader::new(whole))),
            (Some(order), _) => return Ok(Unpacked::Text(Box::new(Utf16::new(BufReader::new(whole), order)))),
            (None, Some(packing)) => return Ok(Unpacked::Packed(packing)),
            (None, None) => return Ok(Unpacked::Text(Box::new(whole))),
        };
    }
    Ok(Unpacked::Text(reader))
}

/// A reader that failed, as the next read sees it.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Whether it is compressed data that ends too early, or goes on as something else.
pub(super) fn is_cut(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
}

impl Packing {
    fn of(first: &[u8]) -> Option<Self> {
        let table: [(&[u8], Self); 6] = [
            (b"PK\x03\x04", Self::Zip),
            (b"\x28\xb5\x2f\xfd", Self::Zstandard),
            (b"BZh", Self::Bzip2),
            (b"\xfd7zXZ", Self::Xz),
            (b"\xff\x06\x00\x00sN", Self::Snappy),
            (b"PAR1", Self::Parquet),
        ];
        table.into_iter().find(|(magic, _)| first.starts_with(magic)).map(|(_, packing)| packing)
    }
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "it is a zip archive: unpack it first, with `unzip`",
            Self::Zstandard => "it is compressed: unpack it first, with `zstd -d`",
            Self::Bzip2 => "it is compressed: unpack it first, with `bunzip2`",
            Self::Xz => "it is compressed: unpack it first, with `unxz`",
            Self::Snappy => "it is compressed with Snappy: have Firehose compress with GZIP, or unpack it first",
            Self::Parquet => "it is Parquet: have Firehose deliver JSON",
        })
    }
}
