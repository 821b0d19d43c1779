//! A document, deflated and in base64, as it stands in a file.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;

/// With zlib's own frame: what browsers call `deflate`.
pub(super) fn packed(json: &[u8]) -> String {
    BASE64.encode(deflated(json))
}

fn deflated(json: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(json);
    encoder.finish().unwrap_or_default()
}
