//! The headers of an HTTP request, whichever of AWS's front ends passes it on.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::object::{self, Object};

/// The headers by their names in lower case. Where a name has several values, they are one list with commas between them,
/// as in HTTP ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-field-lines-and-combined-fi)): so the members of
/// several `tracestate` and `baggage` headers are read together, and a `traceparent` that came twice is malformed.
///
/// A function URL and an HTTP API pass such lists on in `single`, a load balancer passes on all values of a name in
/// `multiple` or the last one in `single`, by how its target group is set, and a REST API fills both. What is neither a
/// string nor, in `multiple`, a list of strings counts as absent: only telemetry needs headers, so none can fail a request.
pub(crate) fn read(single: Option<&Object<'_>>, multiple: Option<&Object<'_>>) -> HashMap<String, String> {
    let mut headers = joined(single, |value| object::text(value).map(|text| vec![text.into_owned()]));
    headers.extend(joined(multiple, texts));
    headers
}

fn joined(object: Option<&Object<'_>>, values: fn(&RawValue) -> Option<Vec<String>>) -> HashMap<String, String> {
    let mut headers = HashMap::<String, String>::new();
    for (name, value) in object.into_iter().flat_map(Object::iter) {
        let values = values(value).unwrap_or_default();
        // An element of a list that is empty does not count.
        for value in values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
            let all = headers.entry(name.to_ascii_lowercase()).or_default();
            if !all.is_empty() {
                all.push(',');
            }
            all.push_str(value);
        }
    }
    headers
}

/// The strings of a list.
fn texts(list: &RawValue) -> Option<Vec<String>> {
    let list: Vec<&RawValue> = serde_json::from_str(list.get()).ok()?;
    Some(list.into_iter().filter_map(object::text).map(Into::into).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const OTHER: &str = "00-00000000000000000000000000000001-0000000000000001-01";

    /// What is read of a name, from the JSON of `headers` and of `multiValueHeaders`, where `ONE` and `OTHER` are these.
    fn header(name: &str, single: &str, multiple: &str) -> Option<String> {
        let filled = |json: &str| json.replace("ONE", ONE).replace("OTHER", OTHER);
        let (single, multiple) = (filled(single), filled(multiple));
        let (single, multiple) = (Object::read(&single).ok(), Object::read(&multiple).ok());
        read(single.as_ref(), multiple.as_ref()).remove(name)
    }

    #[test]
    fn a_header_is_found_in_any_case_and_in_every_front_ends_place() {
        for (single, multiple) in [
            (r#"{"traceparent":"ONE"}"#, "null"),
            (r#"{"TRACEPARENT":"ONE"}"#, "{}"),
            ("null", r#"{"Traceparent":["ONE"]}"#),
            (r#"{"Traceparent":"OTHER"}"#, r#"{"traceparent":["ONE"]}"#),
            (r#"{"traceparent":"ONE"}"#, r#"{"Traceparent":[]}"#),
            (r#"{"traceparent":"ONE"}"#, r#"{"traceparent":null}"#),
            (r#"{"traceparent":" ONE "}"#, r#"{"traceparent":"OTHER"}"#),
            ("[1]", r#"{"traceparent":["ONE",null,7,""]}"#),
            (r#"{"\ud800":"x","traceparent":"ONE","other":{"traceparent":"OTHER"}}"#, "1"),
        ] {
            assert_eq!(header("traceparent", single, multiple).as_deref(), Some(ONE), "{single} {multiple}");
        }
    }

    #[test]
    fn a_field_that_is_not_text_is_absent() {
        for (single, multiple) in [
            ("{}", "{}"),
            (r#"{"traceparent":7}"#, r#"{"traceparent":7}"#),
            (r#"{"traceparent":null}"#, r#"{"traceparent":null}"#),
            (r#"{"traceparent":["ONE"]}"#, r#"{"traceparent":"ONE"}"#),
            (r#"{"traceparent":{"0":"ONE"}}"#, r#"{"traceparent":[["ONE"]]}"#),
            (r#"{"traceparent":""}"#, r#"{"traceparent":["", " "]}"#),
            (r#"{"traceparent":"\ud800"}"#, r#"{"traceparent":["\ud800"]}"#),
        ] {
            assert_eq!(header("traceparent", single, multiple), None, "{single} {multiple}");
        }
    }

    #[test]
    fn several_values_of_a_name_are_one_list() {
        for (single, multiple) in [
            ("{}", r#"{"baggage":["a=1","b=2"]}"#),
            (r#"{"baggage":"b=2"}"#, r#"{"baggage":["a=1","b=2"]}"#),
            ("{}", r#"{"Baggage":["a=1"],"baggage":["b=2"]}"#),
            (r#"{"Baggage":"a=1","BAGGAGE":"b=2"}"#, "{}"),
            (r#"{"baggage":"a=1","baggage":"b=2"}"#, "{}"),
            (r#"{"baggage":"a=1,b=2"}"#, "{}"),
        ] {
            assert_eq!(header("baggage", single, multiple).as_deref(), Some("a=1,b=2"), "{single} {multiple}");
        }
    }

    /// By W3C's own tests; a choice between them would be a guess.
    #[test]
    fn a_traceparent_that_came_twice_names_no_trace() {
        use kinetrace::Propagators;
        use opentelemetry::trace::TraceContextExt as _;

        for (single, multiple) in [
            (r#"{"traceparent":"OTHER"}"#, r#"{"traceparent":["ONE","OTHER"]}"#),
            (r#"{"traceparent":"ONE","Traceparent":"OTHER"}"#, "{}"),
            (r#"{"traceparent":"ONE,OTHER"}"#, "{}"),
            ("{}", r#"{"traceparent":["ONE","ONE"]}"#),
        ] {
            let value = header("traceparent", single, multiple).unwrap();
            let headers = HashMap::from([("traceparent".to_owned(), value)]);
            assert!(!Propagators::default().extract(&headers).has_active_span(), "{single} {multiple}");
        }
    }
}
