//! A Lambda function that keeps the records it skips in a queue of SQS, and those that are too large for one in a bucket of S3.
//! It needs the variables `QUEUE_URL` and `BUCKET`.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --features s3,sqs --example dead_letter_queue
//! ```

use std::time::Duration;

use aws_config::{BehaviorVersion, timeout::TimeoutConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetterQueue, DeadLetters, S3, Sqs};
use kinetrace_consumer::{Failure, Json, JsonError, run};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With the SDK's default features this line is not needed.
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(1)).build();
    let config =
        aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts).load().await;

    let queue = Sqs::new(aws_sdk_sqs::Client::new(&config), std::env::var("QUEUE_URL")?);
    let bucket = S3::new(aws_sdk_s3::Client::new(&config), std::env::var("BUCKET")?);
    run(DeadLetters::new(handle, Either { queue, bucket })).await?;
    Ok(())
}

#[derive(serde::Deserialize)]
struct Flight {
    tailnum: String,
}

async fn handle(flight: Result<Json<Flight>, JsonError>) -> Result<(), Failure> {
    let Json(flight) = flight.map_err(Failure::skip)?;
    println!("{} departed", flight.tailnum);
    Ok(())
}

struct Either {
    queue: Sqs,
    bucket: S3,
}

/// The record is skipped once one of them has it, and otherwise comes again.
impl DeadLetterQueue for Either {
    async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
        let Err(error) = self.queue.send(letter.clone()).await else { return Ok(()) };
        eprintln!("into the bucket: {error}");
        self.bucket.send(letter).await
    }
}
