//! `opentelemetry-lambda-tower`, with OpenTelemetry's own exporter.

use std::sync::Arc;

use aws_lambda_events::kinesis::KinesisEvent;
use lambda_runtime::{Error, service_fn};
use opentelemetry_32::Context;
use opentelemetry_32::trace::TracerProvider as _;
use opentelemetry_lambda_tower::{OtelTracingLayer, TraceContextExtractor};
use opentelemetry_otlp_32::SpanExporter;
use opentelemetry_sdk_32::trace::SdkTracerProvider;
use tower::Layer as _;
use tracing_opentelemetry_33::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// It has none for events of Kinesis.
#[derive(Clone)]
struct Extractor;

impl TraceContextExtractor<KinesisEvent> for Extractor {
    fn extract_context(&self, _: &KinesisEvent) -> Context {
        Context::current()
    }

    fn trigger_type(&self) -> &'static str {
        "datasource"
    }

    fn span_name(&self, _: &KinesisEvent, context: &lambda_runtime::Context) -> String {
        context.env_config.function_name.clone()
    }

    fn record_attributes(&self, _: &KinesisEvent, _: &tracing::Span) {}
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(SpanExporter::builder().with_http().build()?).build();
    tracing_subscriber::registry().with(layer().with_tracer(provider.tracer("rivals"))).init();
    let layer = OtelTracingLayer::builder(Extractor).tracer_provider(Arc::new(provider)).build();
    lambda_runtime::run(layer.layer(service_fn(rivals_handler::handle))).await
}
