//! `{…,"traceparent":"…"}`: a context in members of the payload itself, at any place among them.
//!
//! The distributed tracing extension of CloudEvents puts it there
//! (<https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md>), and so do programs that
//! inject into an event by hand. OpenTelemetry's instrumentation of the AWS SDK for JavaScript would, by a proposal that is
//! not released (<https://github.com/open-telemetry/opentelemetry-js-contrib/pull/3433>).

use crate::context::fields::Fields;
use crate::format::data::Data;
use crate::format::found::{Found, Payload};
use crate::format::name::Format;

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let members = data.members()?;
    let mut fields = Fields::default();
    let mut names = Vec::new();
    for name in ["traceparent", "tracestate", "baggage"] {
        let Some(value) = members.get(name).and_then(|member| member.text()) else { continue };
        // Also a word of business: an airline's events may well have a member of this name.
        if name == "baggage" && !value.contains('=') {
            continue;
        }
        fields.set(name, value);
        names.push(name);
    }
    if !fields.name_a_trace() {
        return None;
    }
    Some(Found { format: Format::W3cMember, fields, order: None, payload: Payload::Around(names) })
}

#[cfg(test)]
mod tests {
    use crate::{Format, Reader};

    const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn the_context_is_found_at_any_place_and_can_be_cut_out() {
        let table = [
            (r#"{"a":1,"traceparent":"…"}"#, r#"{"a":1}"#),
            (
                r#"{"specversion":"1.0","traceparent":"…","tracestate":"rojo=1","data":{}}"#,
                r#"{"specversion":"1.0","data":{}}"#,
            ),
            (r#"{"a":1, "baggage":"k=v", "traceparent":"…"}"#, r#"{"a":1}"#),
            (r#"{"a":1,"traceparent":"00","trace\u0070arent":"…"}"#, r#"{"a":1}"#),
            // Business has words of its own.
            (r#"{"a":1,"baggage":"two bags","traceparent":"…"}"#, r#"{"a":1,"baggage":"two bags"}"#),
            (r#"{"baggage":{"n":2},"tracestate":null,"traceparent":"…"}"#, r#"{"baggage":{"n":2},"tracestate":null}"#),
        ];
        for (data, stripped) in table {
            let data = data.replace('…', TRACEPARENT);
            for (strip, payload) in [(false, data.as_str()), (true, stripped)] {
                let read = Reader::default().strip_foreign(strip).read(data.clone().into(), None).remove(0);
                assert_eq!((read.format, read.payload.as_ref()), (Format::W3cMember, payload.as_bytes()), "{data}");
                assert_eq!(read.fields.get("traceparent"), Some(TRACEPARENT), "{data}");
            }
        }
    }

    #[test]
    fn members_without_a_traceparent_are_not_a_context() {
        for data in [
            r#"{"a":1,"tracestate":"rojo=1","baggage":"k=v"}"#,
            r#"{"a":1,"traceparent":"none"}"#,
            r#"{"a":1,"traceparent":["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]}"#,
            r#"{"a":1,"traceparent":"\ud800"}"#,
            r#"{"a":1,"Traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#,
            r#"{"a":1,"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01""#,
        ] {
            let read = Reader::default().strip_foreign(true).read(data.into(), None).remove(0);
            assert_eq!((read.format, read.payload.as_ref()), (Format::None, data.as_bytes()));
            assert!(read.fields.is_empty(), "{data}");
        }
    }
}
