//! The tracer provider that the variables describe.

use std::time::Duration;

use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanLimits};

use super::TelemetryError;
use super::http_client::OnRuntime;
use super::settings::{Exporter, Settings};
use super::waiting::{Counted, Waiting};

/// A span may link to every record of the largest batch Lambda sends. The SDK's own limit, 128, would drop the others
/// without a word. `OTEL_SPAN_LINK_COUNT_LIMIT` overrides it.
pub const MAX_LINKS_PER_SPAN: u32 = 10_000;

/// Spans that wait for the exporter: more than Lambda's largest batch, of 10,000 records, has of ours, even if nothing leaves
/// meanwhile. The SDK's own limit, 2048, would drop the others without a word. Each place takes 384 bytes from the start.
const MAX_QUEUE_SIZE: usize = 16 * 1024;

pub(super) fn tracer_provider(
    settings: &Settings,
    resource: Resource,
    client: &OnRuntime,
    waiting: &Waiting,
) -> Result<SdkTracerProvider, TelemetryError> {
    let mut limits = SpanLimits::default();
    if !settings.link_limit_is_set {
        limits.max_links_per_span = MAX_LINKS_PER_SPAN;
    }
    let builder = SdkTracerProvider::builder().with_resource(resource).with_span_limits(limits);
    Ok(match settings.traces.exporter {
        // Spans are still made, and their contexts travel: only nobody is told of them.
        Exporter::None => builder.build(),
        Exporter::Otlp => builder.with_span_processor(Counted::new(processor(settings, client)?, waiting)).build(),
    })
}

fn processor(settings: &Settings, client: &OnRuntime) -> Result<BatchSpanProcessor, TelemetryError> {
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client.with_timeout(settings.traces.timeout))
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(settings.traces.timeout)
        .with_retry_policy(retries());
    if let Some(endpoint) = &settings.traces.endpoint {
        exporter = exporter.with_endpoint(endpoint);
    }
    let mut batches = BatchConfigBuilder::default();
    if !settings.queue_size_is_set {
        batches = batches.with_max_queue_size(MAX_QUEUE_SIZE);
    }
    if settings.only_flushes_export {
        batches = batches.with_scheduled_delay(Duration::MAX);
    }
    Ok(BatchSpanProcessor::builder(exporter.build()?).with_batch_config(batches.build()).build())
}

/// Once more, and soon, for a connection may have died while the process stood still. As the SDK has it, three times over
/// most of a second, every flush would take all of its time as long as nobody listens.
fn retries() -> RetryPolicy {
    let pause = Duration::from_millis(10);
    RetryPolicy::default().with_max_retries(1).with_initial_delay(pause).with_max_jitter(pause)
}
