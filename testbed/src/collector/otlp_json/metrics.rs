//! Metrics: that they are some, and nothing of them.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::field::{Field, SnakeCase};

/// The body of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::collector) struct Metrics {
    #[allow(dead_code, reason = "that it is a list is looked at")]
    resource_metrics: Field<Vec<IgnoredAny>>,
    #[serde(rename = "resource_metrics")]
    _misspelt: SnakeCase,
}

/// An empty one.
impl From<Metrics> for ExportMetricsServiceRequest {
    fn from(_: Metrics) -> Self {
        Self::default()
    }
}
