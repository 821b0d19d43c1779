//! Contexts that the propagators in use do not read: they hide no other, they change no payload, and are reported once.
#![allow(clippy::unwrap_used, clippy::panic)]

use kinetrace::{Extraction, Fields, Format, Propagators, Reader};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const B3: &str = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1";
const XRAY: &str = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";

fn read(data: &str, key: &str, list: &str) -> Extraction {
    let reader = Reader::default().for_propagators(&Propagators::parse(list).unwrap());
    reader.read(data.to_owned().into(), Some(key)).remove(0)
}

#[test]
fn what_the_propagators_do_not_read_hides_no_context_that_they_do() {
    use Format::{Datadog, Envelope, Member, Otel, PartitionKey, W3cMember};
    let b3 = format!(r#"{{"b3":"{B3}"}}"#);
    let w3c = format!(r#"{{"n":1,"traceparent":"{TRACEPARENT}"}}"#);
    // The data, its key, and how its context travelled for a reader of W3C's fields and for one of B3's.
    let table = [
        (format!(r#"{{"_otel":{b3},"data":{w3c}}}"#), "N1", W3cMember, Envelope),
        (format!(r#"{{"_otel":{b3},"data":1}}"#), TRACEPARENT, PartitionKey, Envelope),
        (format!(r#"{{"_otel":{b3},"data":1}}"#), "N1", Envelope, Envelope),
        (format!(r#"{{"_otel":{b3},"n":1,"traceparent":"{TRACEPARENT}"}}"#), "N1", W3cMember, Otel),
        (format!(r#"{{"_datadog":{b3},"n":1,"traceparent":"{TRACEPARENT}"}}"#), "N1", W3cMember, Datadog),
        (format!(r#"{{"_otel":{b3},"_datadog":{{"traceparent":"{TRACEPARENT}"}}}}"#), "N1", Datadog, Otel),
        (format!(r#"{{"b3":"{B3}","n":1,"traceparent":"{TRACEPARENT}"}}"#), TRACEPARENT, W3cMember, Member),
        (format!(r#"{{"b3":"{B3}","n":1}}"#), TRACEPARENT, PartitionKey, Member),
        (
            format!(r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data":{{"_otel":{b3},"n":1}}}}"#),
            "N1",
            Envelope,
            Otel,
        ),
        (format!(r#"{{"_otel":{{}},"data":{{"_otel":{b3},"traceparent":"{TRACEPARENT}"}}}}"#), "N1", W3cMember, Otel),
    ];
    for (data, key, w3c, b3) in table {
        for (list, format) in [("tracecontext,baggage", w3c), ("b3", b3)] {
            let read = read(&data, key, list);
            assert_eq!(read.format, format, "{data} for {list}");
            let propagators = Propagators::parse(list).unwrap();
            let is_read = propagators.read_by(&read.fields).is_some();
            let has_it = data.contains("b3") && list == "b3" || data.contains("00-") || key == TRACEPARENT;
            assert_eq!(is_read, has_it, "{data} for {list}: {:?}", read.fields);
        }
    }
}

#[test]
fn a_payload_does_not_depend_on_the_propagators() {
    for data in [
        format!(r#"{{"_otel":{{"b3":"{B3}"}},"data":{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data":1}}}}"#),
        format!(r#"{{"b3":"{B3}","traceparent":"{TRACEPARENT}","n":1}}"#),
        format!(r#"{{"traceparent":"{TRACEPARENT}","b3":"{B3}","n":1}}"#),
        format!(r#"{{"x-amzn-trace-id":"{XRAY}","n":1}}"#),
        format!(r#"{{"_otel":{{"b3":"{B3}"}},"n":1}}"#),
    ] {
        for strip in [false, true] {
            let payload = |list: &str| {
                let reader = Reader::default().strip_foreign(strip).for_propagators(&Propagators::parse(list).unwrap());
                reader.read(data.clone().into(), Some("N1")).remove(0).payload
            };
            let expected = Reader::default().strip_foreign(strip).read(data.clone().into(), None).remove(0).payload;
            for list in ["tracecontext", "b3", "xray", "none", "tracecontext,b3,b3multi,xray"] {
                assert_eq!(payload(list), expected, "{data} for {list}");
            }
        }
    }
}

#[test]
fn the_first_unread_context_is_reported_once_by_field_and_never_by_value() {
    let fields = |json: String| serde_json::from_str::<Fields>(&json).unwrap();
    let table = [
        ("tracecontext,baggage", r#"{"b3":"@b3"}"#, Some(("`b3`", "OTEL_PROPAGATORS=tracecontext,baggage,b3 "))),
        ("tracecontext", r#"{"x-amzn-trace-id":"@xray"}"#, Some(("`x-amzn-trace-id`", "=tracecontext,xray "))),
        (
            "b3,baggage",
            r#"{"traceparent":"@w3c","tracestate":"a=1"}"#,
            Some(("`traceparent`", "=b3,baggage,tracecontext ")),
        ),
        ("baggage", r#"{"traceparent":"@w3c","b3":"@b3"}"#, Some(("`traceparent` and `b3`", "=baggage,tracecontext "))),
        ("tracecontext", r#"{"traceparent":"@w3c","b3":"@b3"}"#, None),
        ("tracecontext", r#"{"b3":"0","traceparent":"00"}"#, None),
        ("tracecontext", r#"{"baggage":"k=v"}"#, None),
        ("none", r#"{"traceparent":"@w3c"}"#, None),
    ];
    for (list, json, expected) in table {
        let fields = fields(json.replace("@b3", B3).replace("@w3c", TRACEPARENT).replace("@xray", XRAY));
        let propagators = Propagators::parse(list).unwrap();
        let line = propagators.first_unread(&fields);
        assert_eq!(line.is_some(), expected.is_some(), "{json} for {list}");
        let (Some(line), Some((field, way_out))) = (line, expected) else { continue };
        assert!(line.contains(field) && line.contains(way_out), "{line}");
        assert!(fields.iter().all(|(_, value)| !line.contains(value)), "{line}");
        assert_eq!(propagators.clone().first_unread(&fields), None, "only once");
    }
}

#[test]
fn propagators_name_themselves_and_which_of_them_read_a_context() {
    let propagators = Propagators::parse("xray,b3multi,b3,tracecontext,baggage").unwrap();
    assert_eq!(propagators.names().collect::<Vec<_>>(), ["xray", "b3multi", "b3", "tracecontext", "baggage"]);
    let fields: Fields = serde_json::from_str(&format!(r#"{{"b3":"{B3}","traceparent":"{TRACEPARENT}"}}"#)).unwrap();
    assert_eq!(propagators.read_by(&fields).map(|it| it.propagator()), Some("tracecontext"));
    let other = Propagators::parse("tracecontext,b3").unwrap();
    assert_eq!(other.read_by(&fields).map(|it| it.propagator()), Some("b3"));
}
