//! Payloads of two kinds: a flat object of many members, and one long string.

use serde_json::{Map, Value};

pub(crate) const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Members as a flight's event has them, again and again, until there are so many bytes.
pub(crate) fn flights(bytes: usize) -> Vec<u8> {
    let mut out = b"{".to_vec();
    let mut random = 0x2013_u64;
    for n in 0.. {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let digits = random >> 40;
        let (name, value) = match n % 10 {
            0 => ("tailnum", format!("\"N{}\"", digits % 100_000)),
            1 => ("carrier", "\"UA\"".to_owned()),
            2 => ("flight", (digits % 9_000).to_string()),
            3 => ("origin", "\"EWR\"".to_owned()),
            4 => ("dest", "\"IAH\"".to_owned()),
            5 => ("departed", format!("\"2013-01-{:02}T05:17:00\"", 1 + digits % 31)),
            6 => ("dep_delay", format!("-{}", digits % 20)),
            7 => ("arr_delay", (digits % 200).to_string()),
            8 => ("air_time", (digits % 600).to_string()),
            _ => ("distance", format!("{}.5", digits % 3_000)),
        };
        let member = format!("\"{name}_{}\":{value}", n / 10);
        if out.len() + member.len() + 2 > bytes {
            break;
        }
        if n > 0 {
            out.push(b',');
        }
        out.extend(member.bytes());
    }
    out.push(b'}');
    out
}

pub(crate) fn text(bytes: usize) -> Vec<u8> {
    [&b"\""[..], &b"No member anywhere, only words. ".repeat(bytes / 32 + 1)[..bytes - 2], b"\""].concat()
}

/// What a tracer does that does not splice.
pub(crate) fn parse_insert_serialise(payload: &[u8]) -> Option<Vec<u8>> {
    let mut members: Map<String, Value> = serde_json::from_slice(payload).ok()?;
    members.insert("traceparent".to_owned(), TRACEPARENT.into());
    serde_json::to_vec(&members).ok()
}
