//! `ExportTraceServiceRequest`: spans below their scopes, and those below the resource.

use std::collections::HashMap;

use opentelemetry::InstrumentationScope;
use opentelemetry_http::Bytes;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::attributes::{attribute, attributes};
use super::fields::{Long, bytes, message};
use super::span::span;

/// What is likely to be enough for one, in bytes.
const SPAN: usize = 768;

/// The requests of one process: they all have its resource.
#[derive(Debug)]
pub(in crate::telemetry::export) struct SpanRequests {
    /// The field.
    resource: Vec<u8>,
    schema_url: String,
}

impl SpanRequests {
    pub(in crate::telemetry::export) fn of(resource: &Resource) -> Self {
        let mut field = Vec::new();
        message(&mut field, 1, Long::Rather, |body| {
            resource.iter().for_each(|(key, value)| attribute(body, 1, key, value));
        });
        Self { resource: field, schema_url: resource.schema_url().unwrap_or_default().to_owned() }
    }

    /// The body of one with these spans.
    pub(in crate::telemetry::export) fn body(&self, spans: &[Box<SpanData>]) -> Bytes {
        let mut body = Vec::with_capacity(self.resource.len() + spans.len() * SPAN);
        message(&mut body, 1, Long::Very, |body| {
            body.extend_from_slice(&self.resource);
            for (scope, spans) in by_scope(spans) {
                message(body, 2, Long::Very, |body| of_scope(body, scope, &spans));
            }
            bytes(body, 3, self.schema_url.as_bytes());
        });
        body.into()
    }
}

fn of_scope(body: &mut Vec<u8>, scope: &InstrumentationScope, spans: &[&SpanData]) {
    message(body, 1, Long::Hardly, |body| {
        bytes(body, 1, scope.name().as_bytes());
        bytes(body, 2, scope.version().unwrap_or_default().as_bytes());
        scope.attributes().for_each(|it| attributes(body, 3, std::slice::from_ref(it)));
    });
    spans.iter().for_each(|it| message(body, 2, Long::Rather, |body| span(body, it)));
    bytes(body, 3, scope.schema_url().unwrap_or_default().as_bytes());
}

/// Scopes in the order of their first spans, spans in theirs.
fn by_scope(spans: &[Box<SpanData>]) -> Vec<(&InstrumentationScope, Vec<&SpanData>)> {
    let mut scopes: Vec<(&InstrumentationScope, Vec<&SpanData>)> = Vec::new();
    let (mut places, mut last) = (HashMap::new(), 0);
    for span in spans {
        let scope = &span.instrumentation_scope;
        // Nearly all are of one scope, and a hash of it takes its time.
        if scopes.get(last).is_none_or(|(last, _)| *last != scope) {
            last = *places.entry(scope).or_insert(scopes.len());
        }
        if last == scopes.len() {
            // For those of one scope in one piece; for further ones, which are few or have few, as they come.
            let room = if scopes.is_empty() { spans.len() } else { 0 };
            scopes.push((scope, Vec::with_capacity(room)));
        }
        scopes[last].1.push(span);
    }
    scopes
}
