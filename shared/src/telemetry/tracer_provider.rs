//! The tracer provider that the variables describe.

use opentelemetry_aws::trace::XrayIdGenerator;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::export::Exporting;
use super::settings::Settings;

/// Without an exporter spans are still made, and their contexts travel, but nothing is exported.
pub(super) fn tracer_provider(
    settings: &Settings,
    resource: Resource,
    exporting: Option<Exporting>,
) -> SdkTracerProvider {
    let mut builder = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(settings.sampler.clone())
        .with_span_limits(settings.limits);
    if settings.xray_ids {
        builder = builder.with_id_generator(XrayIdGenerator::default());
    }
    match exporting {
        Some(exporting) => builder.with_span_processor(exporting).build(),
        None => builder.build(),
    }
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
        let (settings, _) = Settings::read(&variables.into_iter().collect());
        let provider = tracer_provider(&settings, Resource::builder_empty().build(), None);
        let [a, b, c, d, ..] = provider.tracer("test").start("root").span_context().trace_id().to_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    #[test]
    fn trace_ids_begin_with_the_time_where_x_ray_takes_part_and_only_there() {
        for (propagators, is_time) in
            [("xray", true), ("tracecontext, xray", true), ("tracecontext,baggage", false), ("none", false)]
        {
            let before = seconds();
            let beginning = beginning(propagators);
            assert_eq!((before..=seconds()).contains(&beginning), is_time, "{propagators}: {beginning:08x}");
        }
    }
}
