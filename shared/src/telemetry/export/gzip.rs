//! Bodies of requests in gzip.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_http::Bytes;

/// A request of spans says the same over and over, so that the fastest level leaves little for the others.
const LEVEL: Compression = Compression::fast();

pub(super) fn gzip(body: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), LEVEL);
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}
