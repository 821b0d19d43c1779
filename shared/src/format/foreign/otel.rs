//! `{…,"_otel":{"traceparent":"…"}}`: a context in a member `_otel` next to the payload's own members. (With `data` as
//! the only other member it is an envelope.)
//! <https://github.com/open-telemetry/opentelemetry-lambda/pull/2012> has it, for one.

use crate::context::fields::Fields;
use crate::format::data::{Data, OTEL};
use crate::format::found::{Found, Payload};
use crate::format::name::Format;

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let json = data.members()?.get(OTEL)?.value().get();
    let fields: Fields = serde_json::from_str(json).ok()?;
    if !fields.name_a_trace() {
        return None;
    }
    Some(Found { format: Format::Otel, fields, order: None, payload: Payload::Around(vec![OTEL]) })
}

#[cfg(test)]
mod tests {
    use crate::{Format, Reader};

    const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_context_beside_the_payloads_own_members_is_found_and_can_be_cut_out() {
        let table = [
            (r#"{"a":1.0,"_otel":{"traceparent":"…"}}"#, Format::Otel, r#"{"a":1.0}"#),
            (r#"{ "_otel" : {"traceparent":"…","n":1}, "data":1, "id":2 }"#, Format::Otel, r#"{ "data":1, "id":2 }"#),
            (
                r#"{"_otel":{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"},"a":1}"#,
                Format::Otel,
                r#"{"a":1}"#,
            ),
            (r#"{"_otel":{"b3":"0"},"a":1}"#, Format::None, r#"{"_otel":{"b3":"0"},"a":1}"#),
            (r#"{"_otel":{"traceparent":"…"}}"#, Format::Otel, "{}"),
            (r#"{"_otel":{"traceparent":"00"},"a":1}"#, Format::None, r#"{"_otel":{"traceparent":"00"},"a":1}"#),
            (r#"{"_otel":"…","a":1}"#, Format::None, r#"{"_otel":"…","a":1}"#),
            (r#"{"o":{"_otel":{"traceparent":"…"}}}"#, Format::None, r#"{"o":{"_otel":{"traceparent":"…"}}}"#),
        ];
        for (data, format, stripped) in table {
            let (data, stripped) = (data.replace('…', TRACEPARENT), stripped.replace('…', TRACEPARENT));
            for (strip, payload) in [(false, &data), (true, &stripped)] {
                let read = Reader::default().strip_foreign(strip).read(data.clone().into(), None).remove(0);
                assert_eq!((read.format, read.payload.as_ref()), (format, payload.as_bytes()), "{data}");
            }
        }
    }
}
