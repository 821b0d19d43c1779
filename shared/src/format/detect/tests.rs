use proptest::prelude::*;

use super::*;
use crate::context::order::Order;

/// All that a reader makes of what it found.
type Read = (Format, Fields, Option<Order>, Vec<u8>);

fn read(data: &Data<'_>) -> Option<Read> {
    let Found { format, fields, order, payload } = find(data)?;
    let payload = match payload {
        Payload::Part(part) => part.to_vec(),
        Payload::Restored(restored) => restored,
        Payload::Around(names) => data.without(&names),
    };
    Some((format, fields, order, payload))
}

/// What a payload is without a look at its members, and with one.
fn both(data: &[u8]) -> [Option<Read>; 2] {
    [read(&Data::new(data)), read(&Data::looked_through(data))]
}

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn a_context_is_found_however_its_name_is_written() {
    let context = format!(r#"{{"traceparent":"{TRACEPARENT}"}}"#);
    let table = [
        (format!(r#"{{"a":1,"_otel":{context}}}"#), Format::Otel),
        (format!(r#"{{"a":1,"\u005fotel":{context}}}"#), Format::Otel),
        (format!(r#"{{"a":1,"_\u006Ftel":{context}}}"#), Format::Otel),
        (format!(r#"{{"\u005fotel":{context},"d\u0061ta":{{}}}}"#), Format::Envelope),
        (format!(r#"{{"data":{{}},"\u005f\u006f\u0074\u0065\u006c":{context}}}"#), Format::Envelope),
        (format!(r#"{{"a":1,"\u005fdatadog":{context}}}"#), Format::Datadog),
        (format!(r#"{{"a":1,"trac\u0065parent":"{TRACEPARENT}"}}"#), Format::W3cMember),
        (r#"{"b3":"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1","a":1}"#.to_owned(), Format::Member),
        (format!(r#" {{ "a" : 1 , "traceparent" : "{TRACEPARENT}" }} "#), Format::W3cMember),
    ];
    for (data, format) in table {
        let [found, looked_through] = both(data.as_bytes());
        assert_eq!(found.as_ref().map(|it| it.0), Some(format), "{data}");
        assert_eq!(found, looked_through, "{data}");
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "_otel",
        "_datadog",
        "traceparent",
        "tracestate",
        "baggage",
        "b3",
        "x-b3-traceid",
        "data",
        "order",
        "data_base64",
        "a",
        r"\u005fotel",
        r"tr\u0061ceparent",
        r"\u0064ata",
        r"b\u0033",
        r"\n",
        r"\ud800",
        "é",
    ]);
    let value = prop::sample::select(vec![
        "1",
        "{}",
        "[1]",
        r#""aGk=""#,
        r#""k=v""#,
        r#"{"traceparent":"…"}"#,
        r#"{ "traceparent" : "…" }"#,
        r#""…""#,
        r#"{"baggage":"\"","traceparent":"…"}"#,
        r#"{"producer":"0123456789abcdef","sequence":3}"#,
        r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}"#,
        r#"{"traceparent":"","tracestate":"é"}"#,
        r#"{"traceparent":"…","traceparent":"","#,
        r#""4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1""#,
    ]);
    let space = || prop::sample::select(vec!["", "", "", "", " ", "\n"]);
    let member = (space(), name, space(), value).prop_map(|(a, name, b, value)| format!(r#"{a}"{name}"{b}:{value}"#));
    let end = prop::sample::select(vec!["}", "}", "}", "}\n", "", "}}", ",}"]);
    (space(), prop::collection::vec(member, 0..5), end)
        .prop_map(|(before, members, end)| format!("{before}{{{}{end}", members.join(",")).replace('…', TRACEPARENT))
}

proptest! {
    #[test]
    fn a_payload_that_is_not_parsed_has_no_context(data in pieces(), pad in 0..70_usize) {
        // Where a name lies across the blocks that are looked at together.
        let data = data.replacen("\"a\"", &format!("\"{}\"", "a".repeat(pad + 1)), 1);
        let [found, looked_through] = both(data.as_bytes());
        prop_assert_eq!(found, looked_through, "{}", data);
    }

    #[test]
    fn bytes_that_are_no_json_are_read_alike(data in prop::collection::vec(any::<u8>(), 0..100)) {
        let [found, looked_through] = both(&data);
        prop_assert_eq!(found, looked_through);
    }
}
