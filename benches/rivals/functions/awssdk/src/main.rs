//! The Lambda layer of `awssdk-instrumentation`, with OTLP in the place of X-Ray's daemon.

use awssdk_instrumentation::init::default_tracing_otel_layer;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;
use rivals_handler::handle;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

fn telemetry() -> SdkTracerProvider {
    let builder = SdkTracerProvider::builder();
    let provider = match SpanExporter::builder().with_http().build() {
        Ok(exporter) => builder.with_batch_exporter(exporter).build(),
        Err(error) => {
            eprintln!("{error}");
            builder.build()
        }
    };
    tracing_subscriber::registry().with(default_tracing_otel_layer(provider.tracer("rivals"))).init();
    provider
}

awssdk_instrumentation::make_lambda_runtime!(handle, telemetry_init = telemetry);
