//! Spans.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{self as proto, span};
use serde::Deserialize;
use serde::de::Deserializer;

use super::any_value::{Attributes, Resource, Scope, into};
use super::field::{Field, Id, SnakeCase, Whole, number_or_name};

/// The body of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::collector) struct Traces {
    resource_spans: Field<Vec<ResourceSpans>>,
    #[serde(rename = "resource_spans")]
    _misspelt: SnakeCase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::collector) struct ResourceSpans {
    resource: Option<Resource>,
    scope_spans: Field<Vec<ScopeSpans>>,
    schema_url: Field<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ScopeSpans {
    scope: Option<Scope>,
    spans: Field<Vec<Span>>,
    schema_url: Field<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Span {
    trace_id: Field<Id>,
    span_id: Field<Id>,
    trace_state: Field<String>,
    parent_span_id: Field<Id>,
    flags: Field<Whole<u32>>,
    name: Field<String>,
    #[serde(deserialize_with = "kind")]
    kind: i32,
    start_time_unix_nano: Field<Whole<u64>>,
    end_time_unix_nano: Field<Whole<u64>>,
    attributes: Attributes,
    dropped_attributes_count: Field<Whole<u32>>,
    events: Field<Vec<Event>>,
    dropped_events_count: Field<Whole<u32>>,
    links: Field<Vec<Link>>,
    dropped_links_count: Field<Whole<u32>>,
    status: Option<Status>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Event {
    time_unix_nano: Field<Whole<u64>>,
    name: Field<String>,
    attributes: Attributes,
    dropped_attributes_count: Field<Whole<u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Link {
    trace_id: Field<Id>,
    span_id: Field<Id>,
    trace_state: Field<String>,
    attributes: Attributes,
    dropped_attributes_count: Field<Whole<u32>>,
    flags: Field<Whole<u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    message: Field<String>,
    #[serde(deserialize_with = "status_code")]
    code: i32,
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    number_or_name(deserializer, |name| SpanKind::from_str_name(name).map(Into::into))
}

fn status_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    number_or_name(deserializer, |name| StatusCode::from_str_name(name).map(Into::into))
}

impl From<Vec<ResourceSpans>> for Traces {
    fn from(resource_spans: Vec<ResourceSpans>) -> Self {
        Self { resource_spans: Field(resource_spans), ..Self::default() }
    }
}

impl From<Traces> for ExportTraceServiceRequest {
    fn from(Traces { resource_spans, .. }: Traces) -> Self {
        Self { resource_spans: into(resource_spans) }
    }
}

impl From<ResourceSpans> for proto::ResourceSpans {
    fn from(ResourceSpans { resource, scope_spans, schema_url: Field(schema_url) }: ResourceSpans) -> Self {
        Self { resource: resource.map(Into::into), scope_spans: into(scope_spans), schema_url }
    }
}

impl From<ScopeSpans> for proto::ScopeSpans {
    fn from(ScopeSpans { scope, spans, schema_url: Field(schema_url) }: ScopeSpans) -> Self {
        Self { scope: scope.map(Into::into), spans: into(spans), schema_url }
    }
}

impl From<Span> for proto::Span {
    fn from(span: Span) -> Self {
        let Field(Id(trace_id)) = span.trace_id;
        let Field(Id(span_id)) = span.span_id;
        let Field(Id(parent_span_id)) = span.parent_span_id;
        Self {
            trace_id,
            span_id,
            trace_state: span.trace_state.0,
            parent_span_id,
            flags: span.flags.0.0,
            name: span.name.0,
            kind: span.kind,
            start_time_unix_nano: span.start_time_unix_nano.0.0,
            end_time_unix_nano: span.end_time_unix_nano.0.0,
            attributes: into(span.attributes),
            dropped_attributes_count: span.dropped_attributes_count.0.0,
            events: into(span.events),
            dropped_events_count: span.dropped_events_count.0.0,
            links: into(span.links),
            dropped_links_count: span.dropped_links_count.0.0,
            status: span.status.map(Into::into),
        }
    }
}

impl From<Event> for span::Event {
    fn from(event: Event) -> Self {
        Self {
            time_unix_nano: event.time_unix_nano.0.0,
            name: event.name.0,
            attributes: into(event.attributes),
            dropped_attributes_count: event.dropped_attributes_count.0.0,
        }
    }
}

impl From<Link> for span::Link {
    fn from(link: Link) -> Self {
        Self {
            trace_id: link.trace_id.0.0,
            span_id: link.span_id.0.0,
            trace_state: link.trace_state.0,
            attributes: into(link.attributes),
            dropped_attributes_count: link.dropped_attributes_count.0.0,
            flags: link.flags.0.0,
        }
    }
}

impl From<Status> for proto::Status {
    fn from(Status { message: Field(message), code }: Status) -> Self {
        Self { message, code }
    }
}
