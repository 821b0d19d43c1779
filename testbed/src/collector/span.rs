//! A span, in plain terms.

use std::collections::BTreeMap;
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::trace::v1::{
    ResourceSpans, Span as ProtoSpan, SpanFlags, Status as ProtoStatus, span, status,
};

use super::attribute::{AttributeValue, by_key};

pub use opentelemetry_proto::tonic::trace::v1::span::SpanKind as Kind;

/// A span that has ended. Ids are lower-case hex, times are nanoseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// `None` for the root of a trace.
    pub parent_span_id: Option<String>,
    /// The span's name.
    pub name: String,
    /// Its role.
    pub kind: Kind,
    /// When it started.
    pub start_unix_nanos: u64,
    /// When it ended.
    pub end_unix_nanos: u64,
    /// Whether the parent is of another process; `None` if the sender does not tell, or if there is no parent.
    pub parent_is_remote: Option<bool>,
    /// `service.name` of the resource; empty if it has none.
    pub service: String,
    /// The attributes of the resource.
    pub resource: Arc<BTreeMap<String, AttributeValue>>,
    /// What made it.
    pub scope: Arc<Scope>,
    /// Its attributes.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// What happened during it, in the sender's order.
    pub events: Vec<SpanEvent>,
    /// The spans it points to.
    pub links: Vec<Link>,
    /// How many links the sender could not keep.
    pub dropped_links: u32,
    /// How it ended.
    pub status: Status,
}

/// An instrumentation scope. Each text is empty if the sender does not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Of a library, as a rule.
    pub name: String,
    /// That library's.
    pub version: String,
    /// Whose names its attributes have.
    pub schema_url: String,
}

impl Scope {
    pub(super) fn new(scope: Option<InstrumentationScope>, schema_url: String) -> Self {
        let InstrumentationScope { name, version, .. } = scope.unwrap_or_default();
        Self { name, version, schema_url }
    }
}

/// Something that happened during a span: an exception, as a rule, with `exception.message` and its like.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanEvent {
    /// Its name.
    pub name: String,
    /// When, in nanoseconds since the Unix epoch.
    pub at_unix_nanos: u64,
    /// Its own attributes.
    pub attributes: BTreeMap<String, AttributeValue>,
}

/// A pointer to another span.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// Whether the span is of another process; `None` if the sender does not tell.
    pub is_remote: Option<bool>,
    /// The link's own attributes.
    pub attributes: BTreeMap<String, AttributeValue>,
}

/// How a span ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Nobody said.
    Unset,
    /// Well, explicitly.
    Ok,
    /// Badly, for this reason.
    Error(String),
}

pub(super) fn count(request: &ExportTraceServiceRequest) -> u64 {
    let of_scopes = request.resource_spans.iter().flat_map(|of_resource| &of_resource.scope_spans);
    of_scopes.map(|of_scope| of_scope.spans.len() as u64).sum()
}

pub(super) fn read(request: ExportTraceServiceRequest) -> Vec<Span> {
    request.resource_spans.into_iter().flat_map(read_resource).collect()
}

fn read_resource(spans: ResourceSpans) -> impl Iterator<Item = Span> {
    let resource = Arc::new(by_key(spans.resource.map(|it| it.attributes).unwrap_or_default()));
    let service = resource.get("service.name").map(ToString::to_string).unwrap_or_default();
    let spans = spans.scope_spans.into_iter().flat_map(|it| {
        let scope = Arc::new(Scope::new(it.scope, it.schema_url));
        it.spans.into_iter().map(move |span| (span, Arc::clone(&scope)))
    });
    spans.map(move |(span, scope)| read_span(span, scope, service.clone(), Arc::clone(&resource)))
}

fn read_span(
    span: ProtoSpan,
    scope: Arc<Scope>,
    service: String,
    resource: Arc<BTreeMap<String, AttributeValue>>,
) -> Span {
    let parent_span_id = hex_id(&span.parent_span_id);
    Span {
        kind: span.kind(),
        trace_id: hex(&span.trace_id),
        span_id: hex(&span.span_id),
        parent_is_remote: is_remote(span.flags).filter(|_| parent_span_id.is_some()),
        parent_span_id,
        name: span.name,
        start_unix_nanos: span.start_time_unix_nano,
        end_unix_nanos: span.end_time_unix_nano,
        service,
        resource,
        scope,
        attributes: by_key(span.attributes),
        events: span.events.into_iter().map(read_event).collect(),
        links: span.links.into_iter().map(read_link).collect(),
        dropped_links: span.dropped_links_count,
        status: span.status.map_or(Status::Unset, read_status),
    }
}

fn read_event(event: span::Event) -> SpanEvent {
    let span::Event { time_unix_nano, name, attributes, .. } = event;
    SpanEvent { name, at_unix_nanos: time_unix_nano, attributes: by_key(attributes) }
}

fn read_link(link: span::Link) -> Link {
    Link {
        trace_id: hex(&link.trace_id),
        span_id: hex(&link.span_id),
        is_remote: is_remote(link.flags),
        attributes: by_key(link.attributes),
    }
}

fn is_remote(flags: u32) -> Option<bool> {
    let has = |mask: SpanFlags| flags & mask as u32 != 0;
    has(SpanFlags::ContextHasIsRemoteMask).then(|| has(SpanFlags::ContextIsRemoteMask))
}

fn read_status(status: ProtoStatus) -> Status {
    match status.code() {
        status::StatusCode::Unset => Status::Unset,
        status::StatusCode::Ok => Status::Ok,
        status::StatusCode::Error => Status::Error(status.message),
    }
}

/// `None` if there is none.
pub(super) fn hex_id(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
