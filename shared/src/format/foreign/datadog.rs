//! `{…,"_datadog":{…}}`: what Datadog's tracers put into a JSON payload.
//!
//! Newer tracers write a `traceparent` as well. With data streams monitoring alone there is no trace. The member that we write
//! ourselves, and take out again, is that of [`datadog_member`](crate::format::datadog_member).
//! <https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/>

use crate::context::datadog::{self, Ids};
use crate::context::traceparent;
use crate::format::data::Data;
use crate::format::datadog_member::{NAME, known_fields};
use crate::format::found::{Found, Payload};
use crate::format::members::Members;
use crate::format::name::Format;

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let carrier = Members::of(data.members()?.get(NAME)?.value().get().as_bytes())?;
    let mut fields = known_fields(&carrier);
    if let Some(ids) = ids(&carrier)
        && !fields.get(traceparent::NAME).is_some_and(|traceparent| ids.agree_with(traceparent))
    {
        // The `traceparent`, if there is one, and the `tracestate` name another trace than Datadog's members.
        fields.remove("tracestate");
        fields.set(traceparent::NAME, ids.traceparent());
    }
    if !fields.name_a_trace() {
        return None;
    }
    Some(Found { format: Format::Datadog, fields, order: None, payload: Payload::Around(vec![NAME]) })
}

fn ids(carrier: &Members<'_>) -> Option<Ids> {
    // Numbers stand there with or without quotes.
    let bare = |name: &str| Some(carrier.get(name)?.value().get().trim_matches('"'));
    let tags = carrier.get(datadog::TAGS).and_then(|tags| tags.text());
    Ids::read(bare(datadog::TRACE_ID), bare(datadog::PARENT_ID), bare(datadog::SAMPLING_PRIORITY), tags.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields found in `{"a":1,"_datadog":…}`.
    fn fields(carrier: &str) -> Option<Vec<(String, String)>> {
        let data = format!(r#"{{"a":1,"_datadog":{carrier}}}"#);
        let found = extract(&Data::new(data.as_bytes()))?;
        Some(found.fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    fn traceparent(carrier: &str) -> Option<String> {
        fields(carrier)?.into_iter().find(|(name, _)| name == "traceparent").map(|(_, value)| value)
    }

    #[test]
    fn ids_are_decimal_and_the_upper_half_is_a_tag() {
        let table = [
            (
                r#"{"x-datadog-trace-id":"4948377316357291421","x-datadog-parent-id":"2876253380018681026","x-datadog-sampling-priority":"1"}"#,
                "00-000000000000000044ac2af39c13bd9d-27ea8135c807b4c2-01",
            ),
            (
                r#"{"x-datadog-trace-id":4948377316357291421,"x-datadog-parent-id":1,"x-datadog-sampling-priority":-1,"n":{}}"#,
                "00-000000000000000044ac2af39c13bd9d-0000000000000001-00",
            ),
            (
                r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"1","x-datadog-tags":"_dd.p.dm=-1,_dd.p.tid=4bf92f3577b34da6"}"#,
                "00-4bf92f3577b34da60000000000000001-0000000000000001-01",
            ),
            (
                r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"1","x-datadog-tags":"_dd.p.tid=1","x-datadog-sampling-priority":"2"}"#,
                "00-00000000000000000000000000000001-0000000000000001-01",
            ),
            (
                r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"1","x-datadog-tags":"_dd.p.tid=+bf92f3577b34da6"}"#,
                "00-00000000000000000000000000000001-0000000000000001-01",
            ),
            (
                r#"{"x-datadog-trace-id":"18446744073709551615","x-datadog-parent-id":"1","x-datadog-sampling-priority":"0"}"#,
                "00-0000000000000000ffffffffffffffff-0000000000000001-00",
            ),
        ];
        for (carrier, expected) in table {
            assert_eq!(traceparent(carrier).as_deref(), Some(expected), "{carrier}");
        }
    }

    #[test]
    fn a_traceparent_is_preferred_unless_it_is_of_another_trace() {
        const OWN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let of = |trace_id: &str, traceparent: &str| {
            let carrier = format!(
                r#"{{"x-datadog-trace-id":"{trace_id}","x-datadog-parent-id":"7","traceparent":"{traceparent}","tracestate":"dd=s:1","baggage":"k=v"}}"#
            );
            fields(&carrier).unwrap()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<_> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let low = 0xa3ce_929d_0e0e_4736_u64.to_string();
        assert_eq!(of(&low, OWN), pairs(&[("traceparent", OWN), ("tracestate", "dd=s:1"), ("baggage", "k=v")]));
        for none in ["none", "0"] {
            assert_eq!(of(none, OWN), pairs(&[("traceparent", OWN), ("tracestate", "dd=s:1"), ("baggage", "k=v")]));
        }
        let datadogs = "00-00000000000000000000000000000005-0000000000000007-01";
        for other in [OWN, "00-broken", "00-00000000000000000000000000000005-0000000000000007"] {
            assert_eq!(of("5", other), pairs(&[("traceparent", datadogs), ("baggage", "k=v")]), "{other}");
        }
    }

    #[test]
    fn fields_that_name_no_trace_are_not_a_context() {
        for carrier in [
            r#"{"dd-pathway-ctx-base64":"AAAA"}"#,
            r#"{"x-datadog-trace-id":"0","x-datadog-parent-id":"1"}"#,
            r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"0"}"#,
            r#"{"x-datadog-trace-id":"1"}"#,
            r#"{"x-datadog-trace-id":"+1","x-datadog-parent-id":"1"}"#,
            r#"{"x-datadog-trace-id":"18446744073709551616","x-datadog-parent-id":"1"}"#,
            r#"{"x-datadog-trace-id":"1.5","x-datadog-parent-id":"1"}"#,
            r#"{"baggage":"k=v"}"#,
            "{}",
            "null",
            r#""{\"x-datadog-trace-id\":\"1\"}""#,
        ] {
            assert_eq!(fields(carrier), None, "{carrier}");
        }
    }
}
