//! The tracer provider that the variables describe.

use std::time::Duration;

use opentelemetry_aws::trace::XrayIdGenerator;
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanLimits};

use super::TelemetryError;
use super::http_client::OnRuntime;
use super::queue::{Bounded, Draining, Queue};
use super::settings::{Exporter, Settings};
use super::waiting::{Counted, Waiting};

/// A span may link to every record of the largest batch Lambda sends. The SDK's own limit, 128, would drop the others
/// without a word. `OTEL_SPAN_LINK_COUNT_LIMIT` overrides it.
pub const MAX_LINKS_PER_SPAN: u32 = 10_000;

pub(super) fn tracer_provider(
    settings: &Settings,
    resource: Resource,
    client: &OnRuntime,
    (waiting, queue): (&Waiting, &Queue),
) -> Result<SdkTracerProvider, TelemetryError> {
    let mut limits = SpanLimits::default();
    if !settings.link_limit_is_set {
        limits.max_links_per_span = MAX_LINKS_PER_SPAN;
    }
    let mut builder = SdkTracerProvider::builder().with_resource(resource).with_span_limits(limits);
    if settings.xray_ids {
        builder = builder.with_id_generator(XrayIdGenerator::default());
    }
    Ok(match settings.traces.exporter {
        // Spans are still made, and their contexts travel: only nobody is told of them.
        Exporter::None => builder.build(),
        Exporter::Otlp => {
            builder.with_span_processor(Counted::new(processor(settings, client, queue)?, waiting)).build()
        }
    })
}

fn processor(
    settings: &Settings,
    client: &OnRuntime,
    queue: &Queue,
) -> Result<Bounded<BatchSpanProcessor>, TelemetryError> {
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client.with_timeout(settings.traces.timeout))
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(settings.traces.timeout)
        .with_retry_policy(retries());
    if let Some(endpoint) = &settings.traces.endpoint {
        exporter = exporter.with_endpoint(endpoint);
    }
    let mut batches = BatchConfigBuilder::default()
        .with_max_queue_size(settings.queue_size)
        .with_max_export_batch_size(settings.batch_size);
    if settings.only_flushes_export {
        batches = batches.with_scheduled_delay(Duration::MAX);
    }
    let exporter = Draining::new(exporter.build()?, queue);
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches.build()).build();
    Ok(Bounded::new(processor, queue))
}

/// Once more, and soon, for a connection may have died while the process stood still. As the SDK has it, three times over
/// most of a second, every flush would take all of its time as long as nobody listens.
fn retries() -> RetryPolicy {
    let pause = Duration::from_millis(10);
    RetryPolicy::default().with_max_retries(1).with_initial_delay(pause).with_max_jitter(pause)
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};

    use super::*;

    fn seconds() -> u32 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
    }

    /// The first four bytes of a root's trace id.
    fn beginning(propagators: &str) -> u32 {
        let variables = [("OTEL_PROPAGATORS", propagators), ("OTEL_TRACES_EXPORTER", "none")];
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::read(find).unwrap();
        let client = OnRuntime::new(settings.traces.timeout).unwrap();
        let resource = Resource::builder_empty().build();
        let (waiting, queue) = (Waiting::new(settings.batch_size), Queue::new(settings.queue_size));
        let provider = tracer_provider(&settings, resource, &client, (&waiting, &queue)).unwrap();
        let [a, b, c, d, ..] = provider.tracer("test").start("root").span_context().trace_id().to_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    #[tokio::test]
    async fn trace_ids_begin_with_the_time_where_x_ray_takes_part_and_only_there() {
        for (propagators, is_time) in
            [("xray", true), ("tracecontext, xray", true), ("tracecontext,baggage", false), ("none", false)]
        {
            let before = seconds();
            let beginning = beginning(propagators);
            assert_eq!((before..=seconds()).contains(&beginning), is_time, "{propagators}: {beginning:08x}");
        }
    }
}
