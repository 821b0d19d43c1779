//! Spring Integration's embedded headers: `headers length · headers · payload length · payload`, lengths as big-endian
//! `u32`, headers as a JSON object.
//!
//! Written by `EmbeddedJsonHeadersMessageMapper` (since 7.0 `EmbeddedHeadersJsonMessageMapper`), which the Kinesis message
//! handler of spring-integration-aws can be given
//! (<https://docs.spring.io/spring-integration/api/org/springframework/integration/support/json/EmbeddedJsonHeadersMessageMapper.html>).

use crate::context::fields::{self, Fields};
use crate::format::data::Data;
use crate::format::found::{Found, Payload};
use crate::format::members::Members;
use crate::format::name::Format;

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let (headers, rest) = prefixed(data.bytes())?;
    let (payload, rest) = prefixed(rest)?;
    if !rest.is_empty() {
        return None;
    }
    let mut fields = Fields::default();
    for header in Members::of(headers)?.iter() {
        if let (Some(name), Some(value)) = (header.name().map(|name| name.to_ascii_lowercase()), header.text())
            && fields::is_known(&name)
        {
            fields.set(&name, value);
        }
    }
    Some(Found { format: Format::Spring, fields, order: None, payload: Payload::Part(payload) })
}

/// A part with its length before it, and what follows.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn message(headers: &[u8], payload: &[u8]) -> Vec<u8> {
        let length = |part: &[u8]| u32::try_from(part.len()).unwrap().to_be_bytes();
        [&length(headers), headers, &length(payload), payload].concat()
    }

    #[test]
    fn the_payload_is_unwrapped_with_and_without_a_context() {
        let traced = format!(r#"{{"contentType":"text/plain","Traceparent":"{TRACEPARENT}","n":1}}"#);
        for (headers, names) in [(traced.as_str(), &["traceparent"][..]), (r#"{"id":"7"}"#, &[]), ("{}", &[])] {
            for payload in [&b""[..], b"{}", b"\xff\x00"] {
                let data = message(headers.as_bytes(), payload);
                let data = Data::new(&data);
                let found = extract(&data).unwrap();
                assert!(matches!(found.payload, Payload::Part(part) if part == payload), "{headers}");
                assert_eq!(found.fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
            }
        }
    }

    #[test]
    fn lengths_that_do_not_add_up_are_an_ordinary_payload() {
        let good = message(b"{}", b"payload");
        let table = [
            ("nothing", Vec::new()),
            ("one byte less", good[..good.len() - 1].to_vec()),
            ("one byte more", [&good[..], b"x"].concat()),
            ("no payload length", good[..6].to_vec()),
            ("headers that are not an object", message(b"[]", b"payload")),
            ("headers that are not JSON", message(b"{]", b"payload")),
            ("no headers", message(b"", b"payload")),
            ("a length beyond the data", vec![0xFF; 12]),
        ];
        for (what, data) in table {
            assert!(extract(&Data::new(&data)).is_none(), "{what}");
        }
    }
}
