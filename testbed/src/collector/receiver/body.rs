//! The body of a request, and what is packed in it.

use std::io::{self, Read};

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_ENCODING;
use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::refusal::Refusal;

/// Far more than a batch of a batching exporter; unpacked, too.
const LARGEST: usize = 64 * 1024 * 1024;

/// All of it, unpacked.
pub(super) async fn read(request: Request) -> Result<Bytes, Refusal> {
    let (head, body) = request.into_parts();
    let body = match to_bytes(body, LARGEST).await {
        Ok(body) => body,
        Err(error) if is_limit(&error) => return Err(too_large()),
        Err(_) => return Err(Refusal::new(StatusCode::BAD_REQUEST, "the request broke off".to_owned())),
    };
    let packing = head.headers.get(CONTENT_ENCODING).and_then(|packing| packing.to_str().ok()).unwrap_or_default();
    match packing.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => unpack(MultiGzDecoder::new(&body[..]), LARGEST),
        "deflate" => unpack(ZlibDecoder::new(&body[..]), LARGEST),
        other => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("{other:?} is not unpacked: set OTEL_EXPORTER_OTLP_COMPRESSION to gzip or none"),
        )),
    }
}

fn unpack(packed: impl Read, limit: usize) -> Result<Bytes, Refusal> {
    let mut unpacked = Vec::new();
    let read = packed.take(limit as u64 + 1).read_to_end(&mut unpacked);
    let broken = |error: io::Error| Refusal::new(StatusCode::BAD_REQUEST, format!("cannot be unpacked: {error}"));
    read.map_err(broken)?;
    if unpacked.len() > limit { Err(too_large()) } else { Ok(unpacked.into()) }
}

fn too_large() -> Refusal {
    let message = format!("a request may have {} MiB, unpacked, at most", LARGEST / 1024 / 1024);
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

/// Its source says so in words; the type is private to a crate that is not one of ours.
fn is_limit(error: &axum::Error) -> bool {
    let source = std::error::Error::source(error);
    source.is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_refused_without_being_unpacked_whole() {
        for (length, expected) in [(10, Ok(10)), (11, Err(StatusCode::PAYLOAD_TOO_LARGE))] {
            let packed = gzip(&vec![0; length]);
            let unpacked = unpack(MultiGzDecoder::new(&packed[..]), 10);
            assert_eq!(unpacked.map(|bytes| bytes.len()).map_err(|refusal| refusal.status()), expected);
        }
        // Zeros for ever, for which memory would not do.
        let refusal = unpack(io::repeat(0), 10).unwrap_err();
        assert_eq!(refusal.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
