//! Records of every kind that a carrier in the headers must leave alone.

use crate::line::{Header, Line};

/// Of a hop before the last. A writer replaces it.
pub(crate) const STALE: &str = "00-11111111111111111111111111111111-1111111111111111-01";

/// For one partition. Their timestamps are those of events long ago, so that a client that puts its own is found out.
pub(crate) fn records(partition: i32) -> Vec<Line> {
    let at = |timestamp: i64, key: Option<&[u8]>, value: Option<&[u8]>, headers: Vec<Header>| Line {
        partition: Some(partition),
        timestamp: Some(1_357_034_400_000 + timestamp),
        key: key.map(Into::into),
        value: value.map(Into::into),
        headers,
        ..Line::default()
    };
    let header = Header::new;
    let json = r#"{"tailnum":"N14228","pilot":"Zoë"}"#.as_bytes();
    let binary = &[0, 0xF3, 0x89, 0x9A, 0xC2, 0xFF];
    vec![
        at(1, Some(b"N14228"), Some(json), vec![]),
        at(2, Some(binary), Some(binary), vec![header("schema", binary)]),
        at(3, None, Some(json), vec![header("content-type", b"application/json")]),
        at(4, Some(b"N14228"), None, vec![header("reason", b"")]),
        at(5, Some(b""), Some(b""), vec![header("via", b"JFK"), header("x", b"1"), header("via", b"ORD")]),
        at(6, Some(b"N24211"), Some(json), vec![header("via", b"JFK"), Header::null("via")]),
        at(7, Some(b"N24211"), Some(json), stale()),
    ]
}

/// As programs leave them that pass headers on.
pub(crate) fn stale() -> Vec<Header> {
    let mut headers = vec![Header::new("Traceparent", STALE.as_bytes()), Header::new("via", b"JFK")];
    headers.push(Header::new("traceparent", STALE.as_bytes()));
    headers
}
