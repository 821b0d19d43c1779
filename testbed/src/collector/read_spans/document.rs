//! What a file of spans has, as one JSON value.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::jaeger::Trace;
use crate::collector::otlp_json::{ResourceSpans, Traces};
use crate::collector::span::{self, Span};

/// What each kind of document has.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    resource_spans: Option<Vec<ResourceSpans>>,
    resource_logs: Option<IgnoredAny>,
    resource_metrics: Option<IgnoredAny>,
    data: Option<Vec<Trace>>,
}

impl Document {
    /// `None` if it is of another kind.
    pub(super) fn spans(self) -> Option<Vec<Span>> {
        match self {
            Self { resource_spans: Some(spans), .. } => Some(span::read(Traces::from(spans).into())),
            Self { data: Some(traces), .. } => Some(traces.into_iter().flat_map(Trace::spans).collect()),
            Self { resource_logs: Some(_), .. } | Self { resource_metrics: Some(_), .. } => Some(Vec::new()),
            _ => None,
        }
    }
}
