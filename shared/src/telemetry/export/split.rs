//! A request with spans is halved if its collector, or the line that it is written on, takes only smaller ones.
//!
//! Only messages that hold spans are read, and nothing below. Metrics and log records stand in theirs at the same numbers of
//! fields, so requests with those are halved, too: see
//! <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>.

use opentelemetry_http::Bytes;
use prost::Message as _;

/// `ExportTraceServiceRequest`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Spans {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ResourceSpans {
    #[prost(bytes = "bytes", optional, tag = "1")]
    resource: Option<Bytes>,
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeSpans>,
    #[prost(string, tag = "3")]
    schema_url: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ScopeSpans {
    #[prost(bytes = "bytes", optional, tag = "1")]
    scope: Option<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "2")]
    spans: Vec<Bytes>,
    #[prost(string, tag = "3")]
    schema_url: String,
}

impl Spans {
    /// `None` if it is not what the exporter makes.
    pub(super) fn of(body: Bytes) -> Option<Self> {
        Self::decode(body).ok()
    }

    pub(super) fn body(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    pub(super) fn count(&self) -> usize {
        self.resources.iter().flat_map(|resource| &resource.scopes).map(|scope| scope.spans.len()).sum()
    }

    /// Without those spans that `change` has nothing for, and with what it has for the others.
    pub(super) fn change(&mut self, mut change: impl FnMut(Bytes) -> Option<Bytes>) {
        for scope in self.resources.iter_mut().flat_map(|resource| &mut resource.scopes) {
            scope.spans = std::mem::take(&mut scope.spans).into_iter().filter_map(&mut change).collect();
        }
    }

    /// The first half of the spans and the second, each below their own resource and scope.
    pub(super) fn halves(mut self) -> (Self, Self) {
        let mut left = self.count() / 2;
        let mut second = Self::default();
        for resource in &mut self.resources {
            let mut rest = resource.without_scopes();
            for scope in &mut resource.scopes {
                let spans = scope.spans.split_off(left.min(scope.spans.len()));
                left -= scope.spans.len();
                if !spans.is_empty() {
                    rest.scopes.push(ScopeSpans {
                        spans,
                        scope: scope.scope.clone(),
                        schema_url: scope.schema_url.clone(),
                    });
                }
            }
            resource.scopes.retain(|scope| !scope.spans.is_empty());
            if !rest.scopes.is_empty() {
                second.resources.push(rest);
            }
        }
        self.resources.retain(|resource| !resource.scopes.is_empty());
        (self, second)
    }
}

impl ResourceSpans {
    fn without_scopes(&self) -> Self {
        Self { resource: self.resource.clone(), scopes: Vec::new(), schema_url: self.schema_url.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans of one letter each, below resources and scopes: `"ab,c;d"`.
    fn spans(text: &str) -> Spans {
        let bytes = |c: char| Bytes::from(c.to_string());
        let scopes = |texts: &str| {
            let scope = |spans: &str| ScopeSpans {
                scope: Some(Bytes::from("scope")),
                spans: spans.chars().map(bytes).collect(),
                schema_url: "https://scope".to_owned(),
            };
            texts.split(',').map(scope).collect()
        };
        let resource = |texts: &str| ResourceSpans {
            resource: Some(Bytes::from("resource")),
            scopes: scopes(texts),
            schema_url: "https://resource".to_owned(),
        };
        Spans { resources: text.split(';').map(resource).collect() }
    }

    #[test]
    fn each_half_has_its_spans_below_their_own_resource_and_scope() {
        for (whole, first, second) in [
            ("ab", "a", "b"),
            ("abc", "a", "bc"),
            ("a,b", "a", "b"),
            ("ab,cd", "ab", "cd"),
            ("abc,d", "ab", "c,d"),
            ("a;b", "a", "b"),
            ("a,b;c,d", "a,b", "c,d"),
            ("a;bcd,e", "a;b", "cd,e"),
        ] {
            let read = Spans::of(spans(whole).body()).unwrap();
            assert_eq!(read.halves(), (spans(first), spans(second)), "{whole}");
        }
    }
}
