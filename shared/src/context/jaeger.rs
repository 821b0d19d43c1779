//! Jaeger's header, `{trace id}:{span id}:{parent span id}:{flags}`
//! (<https://www.jaegertracing.io/docs/1.76/client-libraries/#propagation-format>).

use super::traceparent;

pub(crate) const HEADER: &str = "uber-trace-id";

/// The bits of the flags. A debug span is always sampled.
const SAMPLED: u8 = 1;
const DEBUG: u8 = 2;

/// The `traceparent` of the span that the header names.
///
/// Ids are hex without leading zeros, or with them, in either case; a client that writes HTTP may have encoded the colons. The
/// parent's id is deprecated, and not looked at.
pub(crate) fn traceparent(header: &str) -> Option<String> {
    let colons;
    let header = if header.contains(':') {
        header
    } else {
        colons = header.replace("%3A", ":").replace("%3a", ":");
        &colons
    };
    let mut parts = header.split(':');
    let (trace_id, span_id, _parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let sampled = u8::from(flags_of(flags)? & (SAMPLED | DEBUG) != 0);
    let trace_id = padded(trace_id, 32)?;
    let span_id = padded(span_id, 16)?;
    parts.next().is_none().then(|| format!("00-{trace_id}-{span_id}-{sampled:02x}"))
}

fn padded(id: &str, length: usize) -> Option<String> {
    let id = format!("{:0>length$}", id.to_ascii_lowercase());
    traceparent::is_id(&id, &[length]).then_some(id)
}

/// One byte in hex, of one digit or two.
fn flags_of(flags: &str) -> Option<u8> {
    u8::from_str_radix(flags, 16).ok().filter(|_| flags.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
