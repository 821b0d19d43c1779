//! Why a signal is not exported at all.

use opentelemetry_otlp::ExporterBuildError;

use super::tls_config::TlsError;

#[derive(Debug, thiserror::Error)]
pub(in crate::telemetry) enum NotExportedError {
    #[error("the exporter cannot be built: {0}")]
    Exporter(#[from] ExporterBuildError),
    #[error(transparent)]
    Tls(#[from] TlsError),
}
