//! A Lambda function that skips the copies of all records that it has processed, whichever environment did. It needs the
//! variable `TABLE`, and a table as the documentation of `DynamoDb` has it.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --features dynamodb --example dynamodb
//! ```

use std::time::Duration;

use aws_config::{BehaviorVersion, timeout::TimeoutConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use kinetrace_consumer::deduplicate::{Deduplicate, DynamoDb};
use kinetrace_consumer::{Failure, Record, run};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With the SDK's default features this line is not needed.
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(1)).build();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts);

    let client = aws_sdk_dynamodb::Client::new(&config.load().await);
    let store = DynamoDb::new(client, std::env::var("TABLE")?, "departures");
    run(Deduplicate::new(handle, store)).await?;
    Ok(())
}

async fn handle(record: Record) -> Result<(), Failure> {
    let flight: serde_json::Value = record.json()?;
    println!("{} departed", flight["tailnum"]);
    Ok(())
}
