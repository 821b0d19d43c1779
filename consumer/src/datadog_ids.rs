//! The ids of a span in log lines as Datadog's tracers have them there, for those who search by them.

use kinetrace::history::TraceIds;

const NAME: &str = "DD_LOGS_INJECTION";

/// Whether lines have them, and a line if the variable does not do what it says. Datadog's own tracers are told by it.
pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> (bool, Option<String>) {
    let value = lookup(NAME).map(|value| value.trim().to_ascii_lowercase());
    match value.as_deref() {
        // A tracer that is told `structured` leaves other lines than JSON alone.
        Some("true" | "1" | "structured") => (true, None),
        None | Some("" | "false" | "0") => (false, None),
        Some(other) => {
            let hint = "use `true` or `false`";
            (false, Some(format!("{NAME}={other:?} is not understood, so lines do not have Datadog's ids: {hint}")))
        }
    }
}

/// Members of a JSON object. A trace id that is no longer than a span id is in decimal like that, and another one in hex.
pub(crate) fn members(ids: &TraceIds) -> Option<String> {
    let TraceIds { trace_id, span_id, .. } = ids;
    let trace_id = u128::from_str_radix(trace_id, 16).ok()?;
    let trace_id = u64::try_from(trace_id).map_or_else(|_| format!("{trace_id:032x}"), |id| id.to_string());
    let span_id = u64::from_str_radix(span_id, 16).ok()?;
    Some(format!(r#""dd.trace_id":"{trace_id}","dd.span_id":"{span_id}","#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datadogs_variable_switches_them_on() {
        for (value, is_on) in [
            (None, false),
            (Some(""), false),
            (Some("true"), true),
            (Some(" True "), true),
            (Some("1"), true),
            (Some("structured"), true),
            (Some("false"), false),
            (Some("0"), false),
        ] {
            assert_eq!(read(|_| value.map(str::to_owned)), (is_on, None), "{value:?}");
        }
        let (is_on, told) = read(|_| Some("yes".to_owned()));
        assert!(!is_on && told.unwrap().starts_with("DD_LOGS_INJECTION=\"yes\" is not understood"));
    }

    #[test]
    fn a_trace_id_of_128_bits_stays_whole() {
        let table = [
            ("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("0000000000000000a3ce929d0e0e4736", "11803532876627986230"),
        ];
        for (trace_id, expected) in table {
            let ids = TraceIds::new(trace_id.to_owned(), "00f067aa0ba902b7".to_owned());
            let text = format!(r#""dd.trace_id":"{expected}","dd.span_id":"67667974448284343","#);
            assert_eq!(members(&ids), Some(text));
        }
    }
}
