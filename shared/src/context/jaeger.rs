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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_length_become_those_of_a_traceparent() {
        let (trace_id, long) =
            ("4bf92f3577b34da6a3ce929d0e0e4736", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7");
        let short = "00-00000000000000000000929d0e0e4736-00000000000002b7";
        let upper = trace_id.to_ascii_uppercase();
        let table = [
            (format!("{trace_id}:00f067aa0ba902b7:0:1"), Some(format!("{long}-01"))),
            (format!("{trace_id}:f067aa0ba902b7:00f067aa0ba902b7:01"), Some(format!("{long}-01"))),
            (format!("{upper}:00F067AA0BA902B7:0:0"), Some(format!("{long}-00"))),
            (format!("{trace_id}%3A00f067aa0ba902b7%3a0%3A1"), Some(format!("{long}-01"))),
            ("929d0e0e4736:2b7:0:1".to_owned(), Some(format!("{short}-01"))),
            ("929d0e0e4736:2b7:0:2".to_owned(), Some(format!("{short}-01"))),
            ("929d0e0e4736:2b7:0:3".to_owned(), Some(format!("{short}-01"))),
            ("929d0e0e4736:2b7:0:c".to_owned(), Some(format!("{short}-00"))),
            (format!("0{trace_id}:00f067aa0ba902b7:0:1"), None),
            (format!("{trace_id}:000f067aa0ba902b7:0:1"), None),
            ("0:2b7:0:1".to_owned(), None),
            ("929d0e0e4736:0:0:1".to_owned(), None),
            ("929d0e0e4736::0:1".to_owned(), None),
            (":2b7:0:1".to_owned(), None),
            ("929d0e0e4736:2b7:0".to_owned(), None),
            ("929d0e0e4736:2b7:0:1:1".to_owned(), None),
            ("929d0e0e4736:2b7:0:".to_owned(), None),
            ("929d0e0e4736:2b7:0:+1".to_owned(), None),
            ("929d0e0e4736:2b7:0:100".to_owned(), None),
            ("+29d0e0e4736:2b7:0:1".to_owned(), None),
            ("929d0e0e473g:2b7:0:1".to_owned(), None),
            (String::new(), None),
        ];
        for (header, expected) in table {
            assert_eq!(traceparent(&header), expected, "{header}");
        }
    }
}
