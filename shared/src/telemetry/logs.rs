//! The logger provider that the variables describe.

use std::sync::Arc;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use tokio::time::Instant;

use super::export::{ExportingLogs, LogBacklog, Losses};
use super::flushing::Flushing;

#[derive(Debug, Clone)]
pub(super) struct Logs {
    pub(super) provider: SdkLoggerProvider,
    pub(super) backlog: LogBacklog,
    pub(super) losses: Arc<Losses>,
    pub(super) flushing: Flushing,
}

impl Logs {
    pub(super) fn new(exporting: ExportingLogs, resource: Resource, losses: Arc<Losses>) -> Self {
        let backlog = exporting.backlog();
        let provider = SdkLoggerProvider::builder().with_resource(resource).with_log_processor(exporting).build();
        Self { provider, backlog, losses, flushing: Flushing::quiet() }
    }

    /// Whether they were sent, as far as they can be.
    pub(super) async fn flush_unless(&self, skip: fn(&Flushing) -> bool, since: Instant) -> bool {
        let (provider, is_skipped) = (self.provider.clone(), skip(&self.flushing));
        if !is_skipped {
            self.flushing.run(since, move || provider.force_flush()).await;
        }
        !is_skipped
    }
}
