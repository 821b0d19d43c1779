//! A client as programs have it, and one line more: both records carry the context of a span of their own.
//!
//! ```sh
//! AWS_REGION=us-east-1 cargo run -p kinetrace-producer --example interceptor -- flights
//! ```

use std::time::Duration;

use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use kinetrace::{Injection, Telemetry};
use kinetrace_producer::{Carrier, Propagation};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stream = std::env::args().nth(1).ok_or("which stream? interceptor <STREAM>")?;
    // With the SDK's default features this line is not needed.
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let sdk_config = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;

    // Spans go where OTEL_EXPORTER_OTLP_ENDPOINT says. Programs with a global tracer provider need none of this.
    let telemetry = Telemetry::from_env()?;
    let propagation = Propagation::new(Carrier::Envelope).telemetry(&telemetry);
    let counts = propagation.counts();
    let config = aws_sdk_kinesis::config::Builder::from(&sdk_config).interceptor(propagation).build();

    let mut put = aws_sdk_kinesis::Client::from_conf(config).put_records().stream_name(stream);
    for leg in [r#"{"leg":"EWR-IAH"}"#, r#"{"leg":"IAH-ORD"}"#] {
        put = put.records(PutRecordsRequestEntry::builder().partition_key("N14228").data(Blob::new(leg)).build()?);
    }
    let answer = put.send().await?;
    let failed = answer.failed_record_count().unwrap_or_default();
    println!("{} carry a context, {failed} failed", counts.of(Injection::Injected));
    telemetry.flush(Duration::from_secs(5)).await;
    Ok(())
}
