//! How many spans a request of OTLP has. Only as much of the format as that takes.

use bytes::Bytes;
use prost::Message;

#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(message, repeated, tag = "1")]
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceSpans {
    #[prost(message, repeated, tag = "2")]
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeSpans {
    #[prost(bytes = "bytes", repeated, tag = "2")]
    spans: Vec<Bytes>,
}

/// Of a request for traces; `None` if it is none of protobuf.
pub(crate) fn of_request(body: Bytes) -> Option<usize> {
    let request = Request::decode(body).ok()?;
    let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    Some(scopes.map(|scope| scope.spans.len()).sum())
}

/// Of a line of standard output in which Datadog's libraries put spans where there is no agent: `{"traces":[[span, …], …]}`.
pub(crate) fn of_line(line: &str) -> usize {
    #[derive(serde::Deserialize)]
    struct Line {
        traces: Vec<Vec<serde::de::IgnoredAny>>,
    }
    let from = line.find(r#"{"traces""#);
    from.and_then(|from| serde_json::from_str::<Line>(line[from..].trim_end()).ok())
        .map_or(0, |line| line.traces.iter().map(Vec::len).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_counted_over_all_resources_and_scopes() {
        let scope = |spans: usize| ScopeSpans { spans: vec![Bytes::from_static(b"span"); spans] };
        let resource = |scopes: &[usize]| ResourceSpans { scope_spans: scopes.iter().map(|it| scope(*it)).collect() };
        let request = Request { resource_spans: vec![resource(&[2, 3]), resource(&[4])] };
        assert_eq!(of_request(request.encode_to_vec().into()), Some(9));
        assert_eq!(of_request(Bytes::from_static(b"{\"resourceSpans\":[]}")), None);
    }

    #[test]
    fn spans_in_a_line_are_counted_and_other_lines_have_none() {
        assert_eq!(of_line(r#"{"traces":[[{"name":"a"},{"name":"b"}],[{}]]}"#), 3);
        assert_eq!(of_line("START {\"traces\": "), 0);
        assert_eq!(of_line("hello"), 0);
    }
}
