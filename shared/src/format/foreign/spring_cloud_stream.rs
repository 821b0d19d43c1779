//! Spring Cloud Stream's embedded headers: `FF · count (u8) · count × (name length (u8) · name · value length
//! (big-endian u32) · value) · payload`, values as JSON.
//!
//! Written by `EmbeddedHeaderUtils`, which binders use for transports without headers
//! (<https://github.com/spring-cloud/spring-cloud-stream/blob/main/core/spring-cloud-stream/src/main/java/org/springframework/cloud/stream/binder/EmbeddedHeaderUtils.java>).

use serde_json::value::RawValue;

use crate::context::fields::{self, Fields};
use crate::format::data::Data;
use crate::format::found::{Found, Payload};
use crate::format::name::Format;

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    // Without a header there would be nothing to recognise it by.
    let (count, mut rest) = data.bytes().strip_prefix(&[0xFF])?.split_first().filter(|(count, _)| **count > 0)?;
    let mut fields = Fields::default();
    for _ in 0..*count {
        let (name, value, behind) = header(rest)?;
        rest = behind;
        let name = name.to_ascii_lowercase();
        if fields::is_known(&name)
            && let Ok(value) = serde_json::from_str(value.get())
        {
            fields.set(&name, value);
        }
    }
    Some(Found { format: Format::Spring, fields, order: None, payload: Payload::Part(rest) })
}

fn header(bytes: &[u8]) -> Option<(&str, &RawValue, &[u8])> {
    let (length, rest) = bytes.split_first().filter(|(length, _)| **length > 0)?;
    let (name, rest) = rest.split_at_checked(usize::from(*length))?;
    let (length, rest) = rest.split_first_chunk()?;
    let (value, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some((std::str::from_utf8(name).ok()?, serde_json::from_slice(value).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACEPARENT: &str = "\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"";

    fn message(headers: &[(&[u8], &str)], payload: &[u8]) -> Vec<u8> {
        let mut data = vec![0xFF, u8::try_from(headers.len()).unwrap()];
        for (name, value) in headers {
            data.push(u8::try_from(name.len()).unwrap());
            data.extend_from_slice(name);
            data.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
            data.extend(value.bytes());
        }
        [&data, payload].concat()
    }

    #[test]
    fn the_payload_is_unwrapped_with_and_without_a_context() {
        let traced = [(b"contentType".as_slice(), "\"text/plain\""), (b"Traceparent", TRACEPARENT), (b"n", "1")];
        let plain = [(b"id".as_slice(), "7")];
        for (headers, names) in [(&traced[..], &["traceparent"][..]), (&plain, &[])] {
            for payload in [&b""[..], b"{}", b"\xff\x01"] {
                let data = message(headers, payload);
                let data = Data::new(&data);
                let found = extract(&data).unwrap();
                assert!(matches!(found.payload, Payload::Part(part) if part == payload));
                assert_eq!(found.fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
            }
        }
    }

    #[test]
    fn a_payload_that_only_resembles_headers_is_kept() {
        let good = message(&[(b"traceparent", TRACEPARENT)], b"");
        let table = [
            ("nothing", Vec::new()),
            ("another first byte", [&[0xFE], &good[1..]].concat()),
            ("no header", message(&[], b"payload")),
            ("one byte less", good[..good.len() - 1].to_vec()),
            ("one header less", [&[0xFF, 2], &good[2..]].concat()),
            ("an empty name", message(&[(b"", "1")], b"")),
            ("a name that is not text", message(&[(b"\xff", "1")], b"")),
            ("a value that is not JSON", message(&[(b"n", "one")], b"")),
            ("random bytes", vec![0xFF; 40]),
        ];
        for (what, data) in table {
            assert!(extract(&Data::new(&data)).is_none(), "{what}");
        }
    }
}
