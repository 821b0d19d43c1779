//! The layer of `lambda_runtime` itself, as its documentation has it, with OpenTelemetry's own exporter.

use lambda_runtime::layers::{OpenTelemetryFaasTrigger, OpenTelemetryLayer};
use lambda_runtime::{Error, Runtime, service_fn};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(SpanExporter::builder().with_http().build()?).build();
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("rivals"));
    tracing_subscriber::registry().with(spans).init();
    let layer = OpenTelemetryLayer::new(move || {
        if let Err(error) = provider.force_flush() {
            eprintln!("{error}");
        }
    });
    let layer = layer.with_trigger(OpenTelemetryFaasTrigger::Datasource);
    Runtime::new(service_fn(rivals_handler::handle)).layer(layer).run().await
}
