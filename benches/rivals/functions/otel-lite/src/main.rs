//! `lambda-otel-lite`, with its own span processor, and OTLP over HTTP in the place of standard output, as its documentation has it.

use aws_lambda_events::kinesis::KinesisEvent;
use aws_lambda_events::streams::KinesisEventResponse;
use lambda_otel_lite::{
    LambdaSpanProcessor, SpanAttributes, SpanAttributesExtractor, TelemetryConfig, create_traced_handler,
    init_telemetry,
};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use opentelemetry_otlp_32::SpanExporter;
use serde::{Deserialize, Serialize};

/// It has none of its traits for events of Kinesis.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
struct Event(KinesisEvent);

impl SpanAttributesExtractor for Event {
    fn extract_span_attributes(&self) -> SpanAttributes {
        SpanAttributes::builder().trigger("datasource".to_owned()).build()
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let exporter = SpanExporter::builder().with_http().build()?;
    let processor = LambdaSpanProcessor::builder().exporter(exporter).build();
    let (_, completion) = init_telemetry(TelemetryConfig::builder().with_span_processor(processor).build()).await?;
    lambda_runtime::run(service_fn(create_traced_handler("consumer", completion, handle))).await
}

async fn handle(LambdaEvent { payload, context }: LambdaEvent<Event>) -> Result<KinesisEventResponse, Error> {
    rivals_handler::handle(LambdaEvent::new(payload.0, context)).await
}
